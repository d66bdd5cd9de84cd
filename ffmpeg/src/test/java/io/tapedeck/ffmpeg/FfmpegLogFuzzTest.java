package io.tapedeck.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Track;
import io.tapedeck.fuzzing.Mutations;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as the messages of a child, of one file and of several. */
class FfmpegLogFuzzTest {
  static Stream<byte[]> seeds() {
    return Stream.of(
            """
            [info] ffmpeg version 5.1.9 Copyright (c) 2000-2026
            [info] Input #0, matroska,webm, from 'file:a':
            [info]   Duration: 01:02:03.45, start: -0.021000, bitrate: 855 kb/s
            [info]   Stream #0:0[0x1](eng): Video: h264 (avc1 / 0x31637661), none, 320x240
            [info]   Stream #0:1[0x2](eng): Audio: aac (LC) (mp4a / 0x6134706D), 44100 Hz, 5.1(side), fltp (default)
            [info]       title           : Commentary
            [info]       DURATION-eng    : 00:00:03.450000000
            [info]   Stream #0:2: Audio: none (ac-4 / 0x342D6361), 96000 Hz, 12 channels (comment)
            [info]   Stream #0:3[0x0]: Video: mjpeg, none, 90k tbr, 90k tbn (attached pic)
            [info]       comment         : Cover (front)
            [info] Stream mapping:
            [info]   Stream #0:1 -> #0:0 (aac (native) -> pcm_f32le (native))
            [graph_0_in_0_1 @ 0x55] [verbose] tb:1/44100 samplefmt:fltp samplerate:44100 chlayout:5.1(side)
            [graph_0_in_0_1 @ 0x55] [verbose] tb:1/44100 samplefmt:fltp samplerate:48000 chlayout:12 channels
            """,
            """
            [info] Input #1, mp3, from 'file:b':
            [mp3 @ 0x1] [warning] Estimating duration from bitrate, this may be inaccurate
            [info]     Chapter #1:0: start 0.000000, end 1.000000
            [info]   Stream #1:0: Audio: mp3, 8000 Hz, mono, fltp, 8 kb/s
            [info] Output #0, matroska, to 'pipe:':
            [info]   Stream #1:0 -> #0:1 (mp3 (mp3float) -> pcm_f32le (native))
            [aac @ 0x1] [error] channel element 0.0 duplicate
            [h264 @ 0x1] [error] Codec (h264) not on whitelist 'aac'
            """)
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "24h")
  void anyBytes(byte[] bytes) {
    FfmpegLog one = new FfmpegLog();
    BatchLog several = new BatchLog(3);
    one.read(new ByteArrayInputStream(bytes), several::accept);
    look(one);
    for (int file = 0; file < 3; file++) {
      look(several.of(file));
      several.hasChapters(file);
    }
  }

  private static void look(FfmpegLog report) {
    for (Track track : new Track[] {new Track.Default(), new Track.Mix(), new Track.Numbered(2)}) {
      try {
        Decoding how = new Decoding(ConversionOptions.DEFAULT.withTrack(track));
        Decoding right = report.corrected(how).orElse(how);
        assertThat(right.filters() + right.mixed()).doesNotContain("null");
      } catch (Refusal expected) {
        assertThat(expected).hasMessageNotContaining("null");
      }
    }
    assertThat(report.errors()).hasSizeLessThan(51);
    assertThat(report.formats()).hasSizeLessThan(101);
    report.pictures();
    report.trackLength();
    report.stated();
    report.start();
  }

  @Test
  void bytesNearGoodOnes() {
    Mutations.of(seeds(), this::anyBytes);
  }
}
