package io.tapedeck.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Names that every system can unpack. */
class MemberNamesTest {
  private final MemberNames names = new MemberNames();

  @Test
  void equalNamesAreNumberedAlsoWhereOnlyTheirCaseDiffers() {
    assertThat(names.free("talk.mp3")).isEqualTo("talk.mp3");
    assertThat(names.free("Talk.mp3")).isEqualTo("Talk (2).mp3");
    assertThat(names.free("talk (2).mp3")).isEqualTo("talk (2) (2).mp3");
    assertThat(names.free("talk.mp3")).isEqualTo("talk (3).mp3");
  }

  @Test
  void whatWindowsForbidsIsReplaced() {
    assertThat(names.free("a:b?\"c\"|<d>*\\.mp3")).isEqualTo("a_b__c___d___.mp3");
    assertThat(names.free("con.mp3")).isEqualTo("_con.mp3");
  }

  @Test
  void aNameFitsIntoAFileSystemAndHasNoHalfCharacter() {
    for (int i = 0; i < 3; i++) {
      String name = names.free("🎙".repeat(150) + ".mp3");
      assertThat(name.getBytes(StandardCharsets.UTF_8)).hasSizeBetween(230, 255);
      assertThat(name).matches("(🎙)+( \\(\\d\\))?\\.mp3");
    }
  }
}
