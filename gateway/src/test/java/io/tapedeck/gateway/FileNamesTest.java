package io.tapedeck.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileNamesTest {
  @ParameterizedTest
  @CsvSource({
    "talk.mp4, talk.mp4",
    "../../etc/passwd, passwd",
    "C:\\videos\\a.mov, a.mov",
    "'a\u0000b\nc\r.mp4', abc.mp4",
    "'evil\u202Egpj.mp4', evilgpj.mp4",
    "'  spaced .mp4 ', spaced .mp4",
    "Ka\u0308se.mp4, K\u00E4se.mp4",
    "'', video",
    ".., video",
    "/, video",
    "-rf.mp4, -rf.mp4",
    "'a\u0085b\u009b31m.mp4', ab31m.mp4",
  })
  void aNameIsOnlyAName(String given, String kept) {
    assertThat(FileNames.clean(given)).isEqualTo(kept);
  }

  @Test
  void aLongNameIsCutAndKeepsItsEnding() {
    assertThat(FileNames.clean("x".repeat(500) + ".mp4")).hasSize(300).endsWith("x.mp4");
    assertThat(FileNames.clean("x".repeat(500))).hasSize(300);
    assertThat(FileNames.clean("x".repeat(299) + "\uD83C\uDFB5\uD83C\uDFB5")).hasSize(299);
  }

  @ParameterizedTest
  @CsvSource({
    "talk.mp4, talk.mp3",
    "a.b.webm, a.b.mp3",
    "noending, noending.mp3",
    ".hidden, .hidden.mp3",
  })
  void theMp3IsNamedAfterTheVideo(String video, String mp3) {
    assertThat(FileNames.mp3(video)).isEqualTo(mp3);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "talk.mp3| attachment; filename=\"talk.mp3\"",
        "a\"b.mp3| attachment; filename=\"a_b.mp3\"; filename*=UTF-8''a%22b.mp3",
        "50%.mp3| attachment; filename=\"50_.mp3\"; filename*=UTF-8''50%25.mp3",
        "日本.mp3| attachment; filename=\"__.mp3\"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.mp3",
      },
      delimiter = '|')
  void aNameGoesOutInBothForms(String name, String header) {
    assertThat(FileNames.attachment(name)).isEqualTo(header);
  }
}
