package io.tapedeck.mp3;

/**
 * The options of the encoder.
 *
 * @param sampleRate samples a second: 8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100 or
 *     48000; the caller must resample any other rate
 * @param channels 1 or 2
 * @param rate the bitrate, variable or constant
 * @param crc whether each frame carries the checksum of ISO 11172-3 2.4.3.1 (two bytes a frame)
 */
public record EncoderOptions(int sampleRate, int channels, Rate rate, boolean crc) {
  public EncoderOptions {
    if (channels != 1 && channels != 2) {
      throw new IllegalArgumentException(
          "an MP3 has 1 or 2 channels, not " + channels + "; mix down first");
    }
    MpegVersion version = MpegVersion.ofSampleRate(sampleRate);
    if (rate instanceof Rate.Cbr(int kbps)) {
      version.bitrateIndex(kbps);
    }
  }

  /** Options without checksums, as in nearly every MP3. */
  public EncoderOptions(int sampleRate, int channels, Rate rate) {
    this(sampleRate, channels, rate, false);
  }

  MpegVersion version() {
    return MpegVersion.ofSampleRate(sampleRate);
  }
}
