package io.tapedeck.mp3;

/**
 * Samples for one encoder.
 *
 * @param index 0, 1, 2 …
 * @param pcm interleaved
 * @param samples valid in it, per channel
 * @param last whether the sound ends in it
 */
@SuppressWarnings("ArrayRecordComponent") // megabytes, handed over, never compared
record Chunk(int index, float[] pcm, int samples, boolean last) {}
