package io.tapedeck.extraction;

import io.tapedeck.ffmpeg.FfmpegLog;
import io.tapedeck.media.Matroska;
import io.tapedeck.media.Pcm;

/**
 * Audio that a decoder delivers.
 *
 * @param pcm stands on its first block
 * @param report the decoder's messages, complete only after {@code end}
 * @param end waits for the decoder's end after the last block was taken
 */
record DecodedAudio(Matroska.Header header, Pcm pcm, FfmpegLog report, Runnable end) {
  /** The same audio, mixed to one channel. */
  DecodedAudio mono(Pcm mixed) {
    return new DecodedAudio(header.mono(), mixed, report, end);
  }
}
