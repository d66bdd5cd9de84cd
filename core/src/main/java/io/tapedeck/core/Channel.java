package io.tapedeck.core;

import java.util.Locale;

/** Which channels of the audio come into the MP3. */
public enum Channel {
  /** All: mono stays mono, more than two are mixed to stereo. */
  ALL,
  /** All, mixed to one; a side that is silent counts as absent. */
  MIX,
  /** The left channel alone, as one channel. */
  LEFT,
  /** The right channel alone, as one channel. */
  RIGHT;

  /**
   * The form in options, stores and answers: {@code all}, {@code mix}, {@code left}, {@code right}.
   */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads the text of {@link #wire()}, in any case.
   *
   * @throws IllegalArgumentException for other text; its message says what is right
   */
  public static Channel ofWire(String text) {
    for (Channel channel : values()) {
      if (channel.wire().equals(text.toLowerCase(Locale.ROOT))) {
        return channel;
      }
    }
    throw new IllegalArgumentException(
        "a channel is left, right, mix or all, not " + Text.shown(text));
  }
}
