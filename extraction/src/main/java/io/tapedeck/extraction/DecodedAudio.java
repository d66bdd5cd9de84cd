package io.tapedeck.extraction;

import io.tapedeck.ffmpeg.Arguments;
import io.tapedeck.ffmpeg.FfmpegLog;
import io.tapedeck.media.Container;
import io.tapedeck.media.Limiter;
import io.tapedeck.media.Matroska;
import io.tapedeck.media.Pcm;
import java.io.IOException;

/**
 * Audio that a decoder delivers.
 *
 * @param pcm stands on its first block
 * @param begins when the audio begins, milliseconds, as the decoder counts
 * @param even whether the times at the beginning fit the audio between them
 * @param report the decoder's messages, complete only after {@code end}
 * @param end waits for the decoder's end after the last block was taken
 */
record DecodedAudio(
    Matroska.Header header, Pcm pcm, long begins, boolean even, FfmpegLog report, Runnable end) {
  /** Audio whose first block has the right time. */
  static DecodedAudio of(Matroska.Header header, Pcm pcm, FfmpegLog report, Runnable end) {
    return new DecodedAudio(header, pcm, pcm.millis(), true, report, end);
  }

  /**
   * Audio that a child writes; none if the header's rate is 0.
   *
   * @param pcm of which nothing was read
   */
  static DecodedAudio from(Matroska pcm, Arguments arguments, FfmpegLog report, Runnable end)
      throws IOException {
    // Ogg stores the tags of the file in its single track.
    Matroska.Header read = pcm.header();
    Matroska.Header header = arguments.container() == Container.OGG ? read.withTrackTags() : read;
    if (header.rate() == 0 || !arguments.container().hasTimes()) {
      return of(header, pcm, report, end);
    }
    Beginning ahead = new Beginning(pcm, header.rate(), 4 * header.channels());
    return new DecodedAudio(header, ahead, ahead.begins(), ahead.isEven(), report, end);
  }

  /** The same audio, limited to the full scale. */
  DecodedAudio limited() throws IOException {
    Pcm limited = new Limiter(pcm, header.rate(), header.channels());
    return new DecodedAudio(header, limited, begins, even, report, end);
  }

  /** The same audio, mixed to one channel. */
  DecodedAudio mono(Pcm mixed) {
    return new DecodedAudio(header.mono(), mixed, begins, even, report, end);
  }
}
