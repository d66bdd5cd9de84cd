package io.tapedeck.converter;

import io.tapedeck.core.Outage;
import io.tapedeck.mp3.Lame;
import io.tapedeck.mp3.LameMissing;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The encoder's library, bound at its first use, while the first ffmpeg child is starting. */
public final class Engine {
  private final Optional<Path> library;
  private @Nullable Lame lame;

  /**
   * @param library where libmp3lame is; empty for the system's
   */
  public Engine(Optional<Path> library) {
    this.library = library;
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
