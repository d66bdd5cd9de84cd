package io.tapedeck.extraction;

import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/**
 * How much audio a file of a given size can hold. Digital silence takes the fewest bytes: FLAC
 * needs 14 bytes a second with the longest blocks that the format allows, and 170 with usual
 * blocks; Opus in discontinuous transmission needs 25. Silence between two distant timestamps takes
 * no bytes at all, so it needs more bytes of the file as evidence: even a recording of an idle
 * screen has pictures during that time.
 *
 * @param bytes of the source
 */
record AudioBudget(long bytes) {
  /** Accepted even for the smallest file. */
  static final Duration FREE = Duration.ofMinutes(5);

  /** Bytes of the source that a second of audio needs at least. */
  static final int BYTES_PER_SECOND = 10;

  /** Bytes of the source that a second of silence between packets needs at least: 1 kbit/s. */
  static final int BYTES_PER_SILENT_SECOND = 125;

  /** The longest usual gap between two packets of a stream that sends little during silence. */
  static final Duration SHORT_GAP = Duration.ofSeconds(1);

  /**
   * A copy holds the source's own bytes. The factor allows for packets that the source compresses.
   */
  private static final int LARGEST_COPY = 4;

  private static final long FREE_COPY = 1 << 20;

  /**
   * Checks the audio that has come so far.
   *
   * @param audio all of it, silence included
   * @param silence in gaps longer than {@link #SHORT_GAP}
   * @throws Refusal {@link Code#IMPLAUSIBLE_LENGTH}
   */
  void check(Duration audio, Duration silence) {
    refuseMore("audio", audio, most(BYTES_PER_SECOND));
    refuseMore("silence between packets", silence, most(BYTES_PER_SILENT_SECOND));
  }

  /**
   * Checks how many bytes of frames have been copied so far.
   *
   * @throws Refusal {@link Code#IMPLAUSIBLE_LENGTH}
   */
  void checkCopied(long copied) {
    if ((copied - FREE_COPY) / LARGEST_COPY > bytes) {
      throw new Refusal(
          Code.IMPLAUSIBLE_LENGTH,
          "the index of its " + bytes + " bytes names more than " + copied + " bytes of audio");
    }
  }

  private Duration most(int bytesPerSecond) {
    return FREE.plusMillis(bytes * 1000 / bytesPerSecond);
  }

  private void refuseMore(String what, Duration claimed, Duration most) {
    if (claimed.compareTo(most) > 0) {
      throw new Refusal(
          Code.IMPLAUSIBLE_LENGTH,
          bytes
              + " bytes claim "
              + Diagnosis.time(claimed.truncatedTo(ChronoUnit.SECONDS))
              + " or more of "
              + what
              + "; at most "
              + Diagnosis.time(most.truncatedTo(ChronoUnit.SECONDS))
              + " is believed of so few");
    }
  }
}
