package io.tapedeck.extraction;

import io.tapedeck.core.Outage;
import io.tapedeck.mp3.Lame;
import io.tapedeck.mp3.LameMissing;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The encoder's library, bound at its first use, while the first ffmpeg child is starting. */
public final class Engine {
  /** Where the launcher found one that dev/fast-lame has built. */
  private static final String BUILT_HERE = "tapedeck.lame";

  private final Optional<Path> library;
  private @Nullable Lame lame;

  /**
   * @param library where libmp3lame is; empty for one that was built here, or else the system's
   */
  public Engine(Optional<Path> library) {
    this.library =
        library.or(() -> Optional.ofNullable(System.getProperty(BUILT_HERE)).map(Path::of));
  }

  /**
   * Which library it is, for people.
   *
   * @throws Outage when it is not there, with the remedy
   */
  public String name() {
    String version = "libmp3lame " + lame().version();
    return version + library.map(place -> " at " + place).orElse(", the system's");
  }

  /**
   * The library.
   *
   * @throws Outage when it is not there, with the remedy
   */
  public synchronized Lame lame() {
    try {
      Lame bound = lame != null ? lame : library.map(Lame::at).orElseGet(Lame::system);
      lame = bound;
      return bound;
    } catch (LameMissing e) {
      throw new Outage(String.valueOf(e.getMessage()), e);
    }
  }
}
