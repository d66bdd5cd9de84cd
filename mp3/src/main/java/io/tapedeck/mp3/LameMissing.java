package io.tapedeck.mp3;

/** There is no usable LAME library. The message names the cause and how to get one. */
public final class LameMissing extends IllegalStateException {
  private static final String REMEDY =
      "; install LAME 3.100 or newer (Debian, Ubuntu: apt-get install libmp3lame0; Fedora: dnf"
          + " install lame-libs; Alpine: apk add lame-libs; macOS: brew install lame)";

  LameMissing(String cause) {
    super(cause + REMEDY);
  }

  LameMissing(String cause, Throwable deeper) {
    super(cause + REMEDY, deeper);
  }
}
