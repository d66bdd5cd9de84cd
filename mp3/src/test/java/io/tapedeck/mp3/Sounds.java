package io.tapedeck.mp3;

import java.util.List;
import java.util.Random;

/** Sounds that are hard in different ways; always the same ones. Interleaved, 1.0 is full scale. */
enum Sounds {
  /** Chords that change, with a beat of noise and swells. */
  MUSIC,
  /** Bursts of a buzzing voice, pauses of faint noise. */
  SPEECH,
  SILENCE,
  /** Full scale. */
  NOISE,
  /** Silence with single samples at full scale around every frame of the grid in {@link Mp3s}. */
  CLICKS,
  /** Very loud, very quiet and silent stretches of any length. */
  SWINGS;

  static final List<Sounds> ALL = List.of(values());

  float[] make(int sampleRate, int channels, int samples) {
    float[] pcm = new float[samples * channels];
    var random = new Random(name().hashCode());
    double level = 1;
    int until = 0;
    for (int i = 0; i < samples; i++) {
      double t = (double) i / sampleRate;
      if (this == SWINGS && i >= until) {
        level = random.nextInt(5) == 0 ? 0 : Math.pow(10, (random.nextDouble() * 70 - 68) / 20);
        until = i + 200 + random.nextInt(sampleRate * 2);
      }
      for (int channel = 0; channel < channels; channel++) {
        double noise = random.nextDouble() * 2 - 1;
        pcm[i * channels + channel] =
            (float)
                switch (this) {
                  case MUSIC -> chord(t, channel) + beat(t) * noise * 0.3;
                  case SPEECH -> voice(t) + 0.0004 * noise;
                  case SILENCE -> 0;
                  case NOISE -> noise;
                  case CLICKS -> (i + 1) % (16 * 1152) < 3 ? 1 - 2 * (i & 1) : 0;
                  case SWINGS -> level * (chord(t, channel) + beat(t) * noise * 0.3);
                };
      }
    }
    return pcm;
  }

  private static double chord(double t, int channel) {
    double root = 110 * Math.pow(2, ((int) (t * 2)) * 5 % 12 / 12.0);
    double swell = 0.3 + 0.2 * Math.sin(t * 1.7);
    return swell
        * (Math.sin(2 * Math.PI * root * t)
            + 0.6 * Math.sin(2 * Math.PI * root * 1.5 * t + channel)
            + 0.3 * Math.sin(2 * Math.PI * root * 8.01 * t))
        / 2;
  }

  private static double beat(double t) {
    return Math.exp(-30 * (t * 2 % 1));
  }

  private static double voice(double t) {
    double syllable =
        Math.max(0, Math.sin(2 * Math.PI * 3.1 * t) * Math.sin(2 * Math.PI * 0.31 * t));
    double buzz = 0;
    for (int harmonic = 1; harmonic < 12; harmonic++) {
      buzz += Math.sin(2 * Math.PI * 130 * harmonic * t) / harmonic;
    }
    return 0.2 * syllable * buzz;
  }
}
