package io.tapedeck.ffmpeg;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Rate and channels of audio. A stream can change both in the middle, as where advertisements in
 * stereo come before a film in 5.1.
 *
 * @param rate samples per second; 0 while nothing is known
 * @param channels 0 while nothing is known
 */
public record AudioFormat(int rate, int channels) {
  public static final AudioFormat UNKNOWN = new AudioFormat(0, 0);

  /** The sample rates of MP3. */
  public static final List<Integer> MP3_RATES =
      List.of(8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000);

  /** What holds both formats: the larger of each. */
  public AudioFormat and(AudioFormat other) {
    return new AudioFormat(Math.max(rate, other.rate), Math.max(channels, other.channels));
  }

  /** Whether it must be mixed down for MP3. */
  public boolean surround() {
    return channels > 2;
  }

  /** Whether an MP3 made for this format loses something of the other. */
  public boolean isLessThan(AudioFormat other) {
    return mp3Rate() < other.mp3Rate() || Math.min(3, channels) < Math.min(3, other.channels);
  }

  /** The MP3 sample rate that holds all of this rate, or the highest. */
  public int mp3Rate() {
    IntStream rates = MP3_RATES.stream().mapToInt(Integer::intValue);
    return rates.filter(each -> each >= rate).findFirst().orElse(MP3_RATES.getLast());
  }
}
