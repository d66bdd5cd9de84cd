package io.tapedeck.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.Channel;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.Track;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DecodingTest {
  private static final List<AudioTrack> TRACKS =
      List.of(
          AudioTrack.of("eng", "ac3", ", 48000 Hz, mono, fltp (comment)"),
          AudioTrack.of("ita", "ac3", ", 48000 Hz, stereo, fltp (default)"));

  /** Each child may be asked at any moment, so that it has said more or less by then. */
  @ParameterizedTest
  @EnumSource(Channel.class)
  void correctionsComeToAnEndWheneverTheyAreAskedFor(Channel channel) {
    List<AudioFormat> formats =
        List.of(
            new AudioFormat(32_000, 1),
            new AudioFormat(48_000, 2),
            new AudioFormat(44_100, 3),
            new AudioFormat(22_050, 1));
    for (Track track : List.of(new Track.Default(), new Track.Numbered(1), new Track.Mix())) {
      Decoding how = new Decoding(ConversionOptions.DEFAULT.withChannel(channel).withTrack(track));
      List<Decoding> tried = new ArrayList<>();
      for (int asked = 0; asked < 100; asked++) {
        Optional<Decoding> other = how.corrected(TRACKS, formats.subList(0, asked % 5));
        if (other.isPresent()) {
          assertThat(tried).doesNotContain(other.get());
          tried.add(other.get());
          how = other.get();
        }
      }
      assertThat(tried).hasSizeLessThan(8);
      assertThat(how.corrected(TRACKS, formats)).isEmpty();
    }
  }
}
