package io.tapedeck.extraction;

import io.tapedeck.core.Refusal;
import io.tapedeck.ffmpeg.Arguments;
import io.tapedeck.ffmpeg.FfmpegLog;
import io.tapedeck.media.Container;
import io.tapedeck.media.Matroska;
import io.tapedeck.media.Pcm;
import java.io.IOException;

/**
 * What a container says about samples at the start of its packets that are not part of the audio:
 * those that an encoder puts before it, and those that an edit list leaves out.
 *
 * @param samples their number; {@link #UNKNOWN} if it could not be learned
 * @param edited whether there may be an edit list, which can leave out more
 */
record Delay(int samples, boolean edited) {
  static final int UNKNOWN = -1;

  private static final Delay NONE = new Delay(0, false);
  private static final int ROUNDING_MILLIS = 3;

  /**
   * Learns it from the packets, from the decoded audio, or from the source itself.
   *
   * @param packets stands on the first packet
   * @param decoded audio that stands on its first block
   */
  static Delay of(Arguments arguments, Pcm packets, DecodedAudio decoded) throws IOException {
    return arguments.container() == Container.MP4
        ? ofEdits(packets.millis(), decoded)
        : arguments.container() == Container.MATROSKA ? ofMatroska(arguments, decoded) : NONE;
  }

  /** The times tell it to the millisecond, the length of the first block to the sample. */
  private static Delay ofEdits(long firstMillis, DecodedAudio decoded) {
    int rate = decoded.header().rate();
    int frame = Mp3Copier.samplesAFrame(rate);
    int rest = frame - decoded.pcm().length() / 4 / decoded.header().channels();
    double told = (Arguments.SHIFT_SECONDS * 1_000L - firstMillis) * rate / 1_000.0;
    if (told <= 0) {
      return new Delay(0, true);
    }
    long samples = rest + frame * Math.round((told - rest) / frame);
    boolean agreed = rest >= 0 && Math.abs(samples - told) <= ROUNDING_MILLIS * rate / 1_000.0;
    return new Delay(agreed ? (int) Math.min(samples, Integer.MAX_VALUE) : UNKNOWN, true);
  }

  /** ffmpeg 5.1 ignores what Matroska says of MP3. */
  private static Delay ofMatroska(Arguments arguments, DecodedAudio decoded) throws IOException {
    try {
      Matroska source = Matroska.headOf(arguments.input());
      FfmpegLog report = decoded.report();
      int track = report.chosen().map(report.audio()::indexOf).orElse(0);
      double nanos = Math.min((double) source.codecDelay(track), 1e9);
      return new Delay((int) Math.round(nanos * decoded.header().rate() / 1e9), false);
    } catch (Refusal e) {
      return NONE; // ffmpeg reads damaged headers better
    }
  }
}
