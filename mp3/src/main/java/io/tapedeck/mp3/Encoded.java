package io.tapedeck.mp3;

/**
 * The finished file.
 *
 * @param samples of the audio, per channel
 * @param frames of audio; the Info frame is not counted
 * @param bytes of everything written, tags included
 * @param delay samples the encoder put before the audio
 * @param padding samples the encoder put behind it
 * @param loudness of what was encoded
 */
public record Encoded(
    long samples, long frames, long bytes, int delay, int padding, Loudness loudness) {}
