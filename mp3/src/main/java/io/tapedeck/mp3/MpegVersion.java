package io.tapedeck.mp3;

import java.util.Arrays;

/** The three versions of MPEG audio layer III and their differences. */
enum MpegVersion {
  /** ISO 11172-3: 32 to 48 kHz. */
  MPEG_1(3, 1152, 511, 0, 14),
  /** ISO 13818-3: half the sample rates of MPEG-1. */
  MPEG_2(2, 576, 255, 1, 14),
  /** In no standard, but in common use: a quarter of the rates; encoders keep to 64 kbit/s. */
  MPEG_2_5(0, 576, 255, 2, 8);

  private static final int[] SAMPLE_RATES = {44100, 48000, 32000};
  private static final int[] KBPS_1 = {
    0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320
  };
  private static final int[] KBPS_2 = {
    0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160
  };

  /** The version bits of the frame header. */
  final int bits;

  /** Samples a frame, per channel. */
  final int frameSamples;

  /** How far before its frame main data may begin, in bytes of main data. */
  final int reservoirLimit;

  /** The highest bitrate index that encoders use. */
  final int highestIndex;

  private final int halvings;

  MpegVersion(int bits, int frameSamples, int reservoirLimit, int halvings, int highestIndex) {
    this.bits = bits;
    this.frameSamples = frameSamples;
    this.reservoirLimit = reservoirLimit;
    this.halvings = halvings;
    this.highestIndex = highestIndex;
  }

  static MpegVersion ofSampleRate(int sampleRate) {
    for (MpegVersion version : values()) {
      for (int index = 0; index < 3; index++) {
        if (version.sampleRate(index) == sampleRate) {
          return version;
        }
      }
    }
    throw new IllegalArgumentException(
        "MP3 knows 8000 11025 12000 16000 22050 24000 32000 44100 and 48000 samples a second, not "
            + sampleRate
            + "; resample first");
  }

  /** Samples a second for an index of 0 to 2. */
  int sampleRate(int index) {
    return SAMPLE_RATES[index] >> halvings;
  }

  /** The header's index of one of this version's sample rates. */
  int sampleRateIndex(int sampleRate) {
    return sampleRate == sampleRate(0) ? 0 : sampleRate == sampleRate(1) ? 1 : 2;
  }

  /** kbit/s for an index of 1 to 14. */
  int kbps(int index) {
    return (this == MPEG_1 ? KBPS_1 : KBPS_2)[index];
  }

  int bitrateIndex(int wanted) {
    for (int index = 1; index <= highestIndex; index++) {
      if (kbps(index) == wanted) {
        return index;
      }
    }
    throw new IllegalArgumentException(
        "at this sample rate a bitrate is one of "
            + Arrays.toString(
                Arrays.copyOfRange(this == MPEG_1 ? KBPS_1 : KBPS_2, 1, highestIndex + 1))
            + " kbit/s, not "
            + wanted);
  }

  /** Bytes of a whole frame, header included. */
  int frameBytes(int bitrateIndex, int sampleRate, int padding) {
    return frameSamples / 8 * 1000 * kbps(bitrateIndex) / sampleRate + padding;
  }
}
