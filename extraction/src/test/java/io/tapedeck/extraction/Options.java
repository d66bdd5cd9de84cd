package io.tapedeck.extraction;

import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.Quality;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/** Options said one by one. */
final class Options {
  private Quality quality = Quality.DEFAULT;
  private Duration start = Duration.ZERO;
  private Optional<Duration> end = Optional.empty();
  private boolean mono;
  private OptionalDouble loudness = OptionalDouble.empty();
  private int track = 1;
  private boolean copy = true;

  static Options of() {
    return new Options();
  }

  Options quality(Quality wish) {
    quality = wish;
    return this;
  }

  Options start(Duration at) {
    start = at;
    return this;
  }

  Options end(Duration at) {
    end = Optional.of(at);
    return this;
  }

  Options mono() {
    mono = true;
    return this;
  }

  Options loudness(double lufs) {
    loudness = OptionalDouble.of(lufs);
    return this;
  }

  Options track(int number) {
    track = number;
    return this;
  }

  Options encode() {
    copy = false;
    return this;
  }

  ConversionOptions build() {
    return new ConversionOptions(quality, start, end, mono, loudness, track, copy);
  }
}
