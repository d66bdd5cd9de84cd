package io.tapedeck.extraction;

import io.tapedeck.core.Channel;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.Quality;
import io.tapedeck.core.Track;
import java.time.Duration;

/** Options said one by one. */
final class Options {
  private ConversionOptions made = ConversionOptions.DEFAULT;

  static Options of() {
    return new Options();
  }

  Options quality(Quality wish) {
    made = made.withQuality(wish);
    return this;
  }

  Options start(Duration at) {
    made = made.withStart(at);
    return this;
  }

  Options end(Duration at) {
    made = made.withEnd(at);
    return this;
  }

  Options mono() {
    made = made.withChannel(Channel.MIX);
    return this;
  }

  Options channel(Channel wish) {
    made = made.withChannel(wish);
    return this;
  }

  Options loudness(double lufs) {
    made = made.withLoudness(lufs);
    return this;
  }

  Options track(int number) {
    made = made.withTrack(new Track.Numbered(number));
    return this;
  }

  Options encode() {
    made = made.withCopy(false);
    return this;
  }

  ConversionOptions build() {
    return made;
  }
}
