package io.tapedeck.media;

import java.time.Duration;
import java.util.Optional;

/**
 * The chosen part of a file (ADR 0025). All times are on the file's timeline: 0 is where its audio
 * or its pictures begin, whichever is first. The MP3 begins where the part's audio begins.
 *
 * @param audio where the decoded audio begins
 * @param start where the part begins
 * @param end where it ends, if not with the file
 */
public record ChosenPart(Duration audio, Duration start, Optional<Duration> end) {
  /** Where the MP3 begins: nothing is cut off before audio that nobody asked to cut. */
  public Duration zero() {
    return start.isZero() || audio.compareTo(start) > 0 ? audio : start;
  }

  /** Decoded audio before the part. */
  public Duration skipped() {
    return zero().minus(audio);
  }

  /** The most that the part can hold; negative if all audio comes later. */
  public Optional<Duration> length() {
    return end.map(at -> at.minus(zero()));
  }

  /**
   * The header with the chapters that lie in the part.
   *
   * @param shift the MP3's beginning on the chapters' timeline
   */
  public Matroska.Header chapters(Matroska.Header header, Duration shift) {
    Duration last = length().map(shift::plus).orElse(Duration.ofDays(100_000));
    boolean whole = start.isZero() && end.isEmpty();
    return header.withChapters(chapter ->
        whole || (chapter.end().compareTo(shift) > 0 && chapter.start().compareTo(last) < 0));
  }
}
