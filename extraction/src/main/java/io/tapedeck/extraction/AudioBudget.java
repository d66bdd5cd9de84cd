package io.tapedeck.extraction;

import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/**
 * How much audio a file of so many bytes can hold. The leanest that exists is digital silence: FLAC
 * has 14 bytes a second of it with blocks as long as the format allows, 170 with usual ones, Opus
 * that sends nothing 25. Silence that stands in no packet at all, only in the times between two far
 * apart, is claimed for free, so more bytes must vouch for it: even a recording of an idle screen
 * has pictures meanwhile.
 *
 * @param bytes of the source
 */
record AudioBudget(long bytes) {
  /** Believed of the smallest file too. */
  static final Duration FREE = Duration.ofMinutes(5);

  /** Of the source, for a second of audio. */
  static final int BYTES_PER_SECOND = 10;

  /** Of the source, for a second of silence between packets: 1 kbit/s. */
  static final int BYTES_PER_SILENT_SECOND = 125;

  /** Between two packets of a stream that sends little while it is silent. */
  static final Duration SHORT_GAP = Duration.ofSeconds(1);

  /** A copy holds the source's own bytes and may lose none to compressed packets. */
  private static final int LARGEST_COPY = 4;

  private static final long FREE_COPY = 1 << 20;

  /**
   * Checks what came so far.
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
   * Checks how many bytes of frames were copied so far.
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
