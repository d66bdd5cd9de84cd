package io.tapedeck.mp3;

/** Bytes that claim to be MP3 frames and are not. The message says what is wrong. */
public final class BadFrame extends IllegalArgumentException {
  BadFrame(String message) {
    super(message);
  }
}
