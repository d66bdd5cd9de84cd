package io.tapedeck.extraction;

import io.tapedeck.core.Outage;
import io.tapedeck.mp3.Lame;
import io.tapedeck.mp3.LameMissing;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The encoder library. It is loaded at its first use, while the first ffmpeg child is starting. */
public final class Engine {
  /** The launcher sets this to a library that dev/media-tools has built. */
  private static final String BUILT_HERE = "tapedeck.lame";

  private final Optional<Path> library;
  private @Nullable Lame lame;

  /**
   * @param library path of libmp3lame; empty for one built here, or else the system's
   */
  public Engine(Optional<Path> library) {
    this.library =
        library.or(() -> Optional.ofNullable(System.getProperty(BUILT_HERE)).map(Path::of));
  }

  /**
   * The name of the library for people to read.
   *
   * @throws Outage if the library is missing, with the remedy
   */
  public String name() {
    String version = "libmp3lame " + lame().version();
    return version + library.map(place -> " at " + place).orElse(", the system's");
  }

  /** Where the library is, as far as it is known without loading it. */
  String place() {
    return library.map(Path::toString).orElse("the system's");
  }

  /**
   * The library.
   *
   * @throws Outage if the library is missing, with the remedy
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
