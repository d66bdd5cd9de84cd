package io.tapedeck.tags;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamTagsTest {
  @ParameterizedTest
  @CsvSource({
    "comment         : Cover (back), comment         : Cover (front)",
    "filename        : back.jpg, filename        : cover.jpg",
    "filename        : small_cover.jpg, filename        : cover.png",
    "Cover Art (Back): back.jpg, Cover Art (Front): front.jpg",
    "comment         : 32x32 pixels 'file icon', comment         : Other",
    "title           : back, title           : front",
    "comment         : Leaflet page, comment         : Artist/performer",
  })
  void theFrontCoverIsFirst(String other, String front) {
    assertThat(pictures(other, front)).extracting(each -> each.index()).containsExactly(2, 1);
    assertThat(pictures(front, other)).extracting(each -> each.index()).containsExactly(1, 2);
  }

  @Test
  void ofAttachmentsOnlyPicturesCount() {
    StreamTags tags = new StreamTags();
    for (String line :
        """
        [info]   Stream #0:0[0x1](ita): Audio: aac
        [info]   Stream #0:1: Attachment: none
        [info]     Metadata:
        [info]       filename        : cover.webp
        [info]       mimetype        : image/webp
        [info]   Stream #0:2: Attachment: ttf
        [info]     Metadata:
        [info]       mimetype        : font/ttf
        [info]   Stream #0:3: Video: h264
        [info] Stream mapping:
        [info]   Stream #0:4: Video: png (attached pic)
        """
            .lines()
            .toList()) {
      tags.accept(line);
    }
    assertThat(tags.pictures())
        .singleElement()
        .satisfies(each -> {
          assertThat(each.index()).isEqualTo(1);
          assertThat(each.attachment()).isTrue();
        });
    assertThat(tags.hasUnknownPicture()).isFalse();
    tags.accept("[ogg @ 0x1] [error] Unknown attached picture mimetype: image/webp.");
    assertThat(tags.hasUnknownPicture()).isTrue();
    assertThat(tags.language(0)).isEqualTo("ita");
    assertThat(tags.language(1)).isEmpty();
  }

  private static List<StreamTags.PictureStream> pictures(String... about) {
    StreamTags tags = new StreamTags();
    for (int i = 0; i < about.length; i++) {
      tags.accept("[info]   Stream #0:" + (i + 1) + ": Video: png, 90k tbn (attached pic)");
      tags.accept("[info]     Metadata:");
      tags.accept("[info]       " + about[i]);
    }
    return tags.pictures();
  }
}
