package io.tapedeck.extraction;

import io.tapedeck.media.Matroska;
import io.tapedeck.media.Pcm;

/**
 * Audio on its way out of a decoder.
 *
 * @param pcm stands on its first block
 * @param report what the decoder says, complete only after {@code end}
 * @param end waits for the decoder's end when the last block was taken
 */
record DecodedAudio(Matroska.Header header, Pcm pcm, FfmpegLog report, Runnable end) {}
