package io.tapedeck.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.Track;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AudioTrackTest {
  private static final String STEREO = " (LC), 48000 Hz, stereo, fltp";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "             |              | 0",
        " (default)   |              | 0",
        "             |  (default)   | 1",
        " (default)   |  (default)   | 0",
        " (comment)   |              | 1",
        " (default) (comment)      | | 1",
        " (default) (visual impaired) (descriptions) | (dub) | 1",
        " (hearing impaired) | (comment) | 0",
        " (comment) | (default) (comment) | 1",
      })
  void theDefaultIsTheFlaggedOneAndNoCommentary(String first, String second, int right) {
    List<AudioTrack> tracks =
        List.of(track("", STEREO + flags(first)), track("", STEREO + flags(second)));
    assertThat(AudioTrack.chosen(new Track.Default(), tracks)).containsExactly(right);
  }

  private static String flags(String text) {
    return text == null ? "" : " " + text.strip();
  }

  @Test
  void aTrackWithoutAudioIsNoDefaultBesideOneWithAudio() {
    List<AudioTrack> tracks =
        List.of(
            track("ita", " ([15][0][0][0] / 0x000F), 0 channels (default)"),
            AudioTrack.of("ita", "none", " (apac / 0x63617061), 48000 Hz, 4 channels (default)"),
            track("ita", STEREO + " (comment)"));
    assertThat(AudioTrack.chosen(new Track.Default(), tracks)).containsExactly(2);
    assertThat(AudioTrack.chosen(new Track.Mix(), tracks)).containsExactly(2);
    assertThat(AudioTrack.chosen(new Track.Numbered(1), tracks)).containsExactly(0);
    assertThat(AudioTrack.chosen(new Track.Default(), tracks.subList(0, 2))).containsExactly(0);
  }

  @Test
  void aLanguageIsFoundByAnyOfItsCodes() {
    List<AudioTrack> tracks =
        Stream.of("eng", "ger", "fr-CA", "ita", "ita", "zho", "und", "")
            .map(language -> track(language, STEREO))
            .toList();
    assertThat(places("de", tracks)).containsExactly(1);
    assertThat(places("deu", tracks)).containsExactly(1);
    assertThat(places("fra", tracks)).containsExactly(2);
    assertThat(places("it", tracks)).containsExactly(3);
    assertThat(places("chi", tracks)).containsExactly(5);
    assertThat(places("und", tracks)).isEmpty();
    assertThat(places("spa", tracks)).isEmpty();
    assertThat(AudioTrack.chosen(new Track.Numbered(9), tracks)).isEmpty();
    assertThat(AudioTrack.chosen(new Track.Default(), List.of())).isEmpty();
  }

  @Test
  void theListNamesLanguageCodecLayoutAndTitle() {
    List<AudioTrack> tracks =
        List.of(
            track("ita", STEREO),
            AudioTrack.of("eng", "ac3", ", 48000 Hz, 5.1(side), fltp, 384 kb/s (default)")
                .titled("The\u001Bdirector"),
            AudioTrack.of("", "flac", ", 44100 Hz, 10 channels (FL+FR), s16"));
    assertThat(AudioTrack.list(tracks, track -> true))
        .isEqualTo(
            "1: ita aac stereo, 2: eng ac3 5.1(side) \"The\uFFFDdirector\", 3: flac 10 channels");
    assertThat(AudioTrack.list(tracks, track -> track != 1)).doesNotContain("2:");
  }

  private static List<Integer> places(String language, List<AudioTrack> tracks) {
    return AudioTrack.chosen(new Track.Language(language), tracks);
  }

  private static AudioTrack track(String language, String rest) {
    return AudioTrack.of(language, "aac", rest);
  }
}
