package io.tapedeck.mp3;

/** The bytes should be MP3 frames and are not. The message states the fault. */
public final class BadFrame extends IllegalArgumentException {
  BadFrame(String message) {
    super(message);
  }
}
