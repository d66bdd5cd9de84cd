package io.tapedeck.converter;

/**
 * Sound on its way out of a decoder.
 *
 * @param pcm stands on its first block
 * @param report what the decoder says, complete only after {@code end}
 * @param end waits for the decoder's end when the last block was taken
 */
record Sound(Matroska.Header header, Pcm pcm, Report report, Runnable end) {}
