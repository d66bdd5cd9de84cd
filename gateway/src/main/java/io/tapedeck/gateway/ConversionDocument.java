package io.tapedeck.gateway;

import io.tapedeck.core.Code;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionState;
import io.tapedeck.core.Mp3;
import io.tapedeck.core.Problem;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A conversion as clients see it. Answers, lists and events use the same form.
 *
 * @param state queued, converting, ready, failed, cancelled or expired
 * @param progress 0 to 1; 1 when ready
 * @param speed seconds of audio per second of work; 0 while unknown
 * @param queuePosition 1 for the next; null in lists and events, behind position 100, and when the
 *     conversion does not wait
 * @param changedAt when state or progress last changed
 * @param expiresAt when its files are deleted
 */
record ConversionDocument(
    String id,
    String state,
    double progress,
    double speed,
    @Nullable Integer queuePosition,
    VideoPart video,
    Map<String, @Nullable Object> options,
    @Nullable Mp3Part mp3,
    @Nullable ProblemPart problem,
    Instant createdAt,
    Instant changedAt,
    Instant expiresAt) {
  /** The uploaded video; size in bytes. */
  record VideoPart(String name, long size) {}

  /** The MP3; size in bytes, duration in seconds. */
  record Mp3Part(
      String name,
      long size,
      double duration,
      String url,
      String sha256,
      boolean copied,
      List<String> warnings) {}

  /** Why the conversion failed. */
  record ProblemPart(String code, String title, String detail, String hint, boolean retryable) {}

  /**
   * @param origin the server's address as the client knows it, without a slash at the end
   */
  static ConversionDocument of(Conversion conversion, String origin) {
    ConversionState state = conversion.state();
    return new ConversionDocument(
        conversion.id().value(),
        state.kind().wire(),
        switch (state) {
          case ConversionState.Ready ready -> 1;
          case ConversionState.Converting converting -> converting.progress().fraction();
          case ConversionState.Queued s -> 0;
          case ConversionState.Failed s -> 0;
          case ConversionState.Cancelled s -> 0;
          case ConversionState.Expired s -> 0;
        },
        state instanceof ConversionState.Converting converting ? converting.progress().speed() : 0,
        null,
        new VideoPart(conversion.video().name(), conversion.video().size()),
        OptionFields.members(conversion.options()),
        state instanceof ConversionState.Ready(Mp3 mp3) ? part(conversion, mp3, origin) : null,
        state instanceof ConversionState.Failed(Problem problem) ? part(problem) : null,
        conversion.createdAt(),
        conversion.changedAt(),
        conversion.expiresAt());
  }

  ConversionDocument withQueuePosition(int position) {
    return new ConversionDocument(
        id, state, progress, speed, position, video, options, mp3, problem, createdAt, changedAt,
        expiresAt);
  }

  private static Mp3Part part(Conversion conversion, Mp3 mp3, String origin) {
    return new Mp3Part(
        FileNames.mp3(conversion.video().name()),
        mp3.size(),
        OptionFields.seconds(mp3.duration()),
        origin + "/v1/conversions/" + conversion.id() + "/mp3",
        mp3.sha256(),
        mp3.copied(),
        mp3.warnings());
  }

  private static ProblemPart part(Problem problem) {
    Code code = problem.code();
    return new ProblemPart(
        code.wire(), code.title(), problem.detail(), code.hint(), code.retryable());
  }
}
