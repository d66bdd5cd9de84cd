package io.tapedeck.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FfmpegLogTest {
  private final FfmpegLog report = new FfmpegLog();

  @Test
  void streamsLengthAndChoiceAreRead() {
    read(
        """
        [info] ffmpeg version 5.1.9 Copyright (c) 2000-2026
        [info]   Duration: 01:02:03.45, start: 0.000000, bitrate: 855 kb/s
        [info]   Stream #0:0[0x1](eng): Video: h264 (avc1 / 0x31637661), none, 320x240
        [info]   Stream #0:1[0x2](eng): Audio: aac (LC) (mp4a / 0x6134706D), 44100 Hz, 5.1, fltp
        [info]   Stream #0:2: Audio: mp3, 44100 Hz, stereo, fltp, 128 kb/s
        [info]   Stream #0:3[0x0]: Video: mjpeg, none, 90k tbr, 90k tbn (attached pic)
        [info] Stream mapping:
        [info]   Stream #0:2 -> #0:0 (mp3 (mp3float) -> pcm_f32le (native))
        [info]   Stream #0:0: Audio: pcm_f32le, 44100 Hz, stereo, flt
        """);
    assertThat(report.duration()).contains(Duration.ofMillis(3_723_450));
    assertThat(report.audio()).extracting(FfmpegLog.Stream::codec).containsExactly("aac", "mp3");
    assertThat(report.chosen().orElseThrow().codec()).isEqualTo("mp3");
    assertThat(report.pictures().getFirst().index()).isEqualTo(3);
  }

  @Test
  void textOfTheFileCanNotPretendToBeAStream() {
    read(
        """
        [info]     title           : x
                                   :   Stream #0:7: Audio: mp3, 8000 Hz, mono
        [info]   Stream #0:1: Audio: aac, 44100 Hz, stereo, fltp
        """);
    assertThat(report.audio()).singleElement().extracting(FfmpegLog.Stream::index).isEqualTo(1);
    assertThat(report.chosen()).isEmpty();
  }

  @Test
  void errorsAreCountedButNotTheDecodersThatAreForbidden() {
    read(
        """
        [h264 @ 0x1] [error] Codec (h264) not on whitelist 'aac'
        [aac @ 0x1] [error] channel element 0.0 duplicate
        [error] Error while decoding stream #0:1: Invalid data found when processing input
        """);
    assertThat(report.errorCount()).isEqualTo(2);
  }

  @Test
  void endlessLinesAndEndlessErrorsTakeLittleMemory() {
    read("[error] " + "x".repeat(5_000_000) + "\n" + "[error] y\n".repeat(10_000));
    assertThat(report.errorCount()).isEqualTo(10_001);
    assertThat(report.errors()).hasSize(50).allMatch(error -> error.length() < 3_000);
  }

  private void read(String text) {
    report.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), line -> {});
  }
}
