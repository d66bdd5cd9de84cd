package io.tapedeck.mp3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TagsTest {
  private static final EncoderOptions OPTIONS = new EncoderOptions(44100, 2, new Rate.Vbr(4));

  @TempDir Path dir;

  @Test
  void aPlayerReadsTextsCoverAndChapters() throws Exception {
    byte[] picture =
        Mp3s.piped(
            new byte[0],
            "ffmpeg",
            "-v",
            "error",
            "-f",
            "lavfi",
            "-i",
            "color=red:s=16x16",
            "-frames:v",
            "1",
            "-f",
            "image2pipe",
            "-c:v",
            "png",
            "-");
    Tags tags =
        Tags.NONE
            .with("TIT2", "Straße, 東京 🎵")
            .with("TPE1", "Somebody\0else")
            .with("TALB", " ")
            .with("COMM", "Größe: 5 MB\nand more")
            .with(new Tags.Cover("image/png", picture))
            .with(
                List.of(
                    new Tags.Chapter(Duration.ZERO, Duration.ofMillis(700), "One"),
                    new Tags.Chapter(Duration.ofMillis(700), Duration.ofSeconds(2), "Two")));
    float[] pcm = Sounds.MUSIC.make(44100, 2, 88_200);
    Path file = dir.resolve("tagged.mp3");
    Files.write(file, Mp3s.encode(dir, OPTIONS, pcm, 2, 1000, tags));
    String seen =
        new String(
            Mp3s.piped(
                new byte[0],
                "ffprobe",
                "-v",
                "warning",
                "-show_format",
                "-show_streams",
                "-show_chapters",
                file.toString()),
            StandardCharsets.UTF_8);
    assertThat(seen)
        .contains("TAG:title=Straße, 東京 🎵", "TAG:artist=Somebodyelse")
        .contains("TAG:comment=Größe: 5 MB\nand more")
        .contains("codec_name=png", "width=16", "DISPOSITION:attached_pic=1")
        .contains("TAG:title=One", "TAG:title=Two", "end_time=0.700000", "end_time=2.000000")
        .doesNotContain("TAG:album");
    assertThat(Mp3s.ffmpeg(Files.readAllBytes(file)).length).isEqualTo(pcm.length);
  }

  @Test
  void aPlayerReadsGainAndPeakBesideOtherTags() throws Exception {
    float[] pcm = Sounds.MUSIC.make(44100, 2, 200_000);
    var meter = new LoudnessMeter(44100, 2);
    meter.measure(pcm, 0, 200_000);
    Loudness heard = meter.result();
    assertThat(levels(pcm))
        .containsExactly(
            String.format(Locale.ROOT, "TAG:REPLAYGAIN_TRACK_GAIN=%+.2f dB", heard.replayGain()),
            String.format(Locale.ROOT, "TAG:REPLAYGAIN_TRACK_PEAK=%.6f", heard.truePeak()));
    assertThat(levels(new float[20_000])).containsExactly("TAG:REPLAYGAIN_TRACK_PEAK=0.000000");
  }

  @Test
  void anyGainAndPeakFitInTheirPlace() {
    for (double loudness : new double[] {-70, -18, 40}) {
      byte[] frames = ReplayGain.frames(new Loudness(loudness, 4, 99.9));
      assertThat(frames).hasSize(ReplayGain.ROOM).endsWith(0);
      assertThat(new String(frames, StandardCharsets.US_ASCII)).contains("99.900000", " dB");
    }
  }

  /** What a file with these samples says of its level. */
  private List<String> levels(float[] pcm) throws Exception {
    Path file = dir.resolve("level.mp3");
    Files.write(file, Mp3s.encode(dir, OPTIONS, pcm, 2, 1000, Tags.NONE.with("TIT2", "Title")));
    byte[] seen =
        Mp3s.piped(new byte[0], "ffprobe", "-v", "warning", "-show_format", file.toString());
    return new String(seen, StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.startsWith("TAG:REPLAYGAIN"))
        .toList();
  }

  @Test
  void nothingToSayWritesNothing() throws Exception {
    assertThat(Tags.NONE.toBytes()).isEmpty();
    byte[] mp3 = Mp3s.encode(dir, OPTIONS, new float[2000]);
    assertThat(FrameHeader.at(mp3, 0).channels()).isEqualTo(2);
  }

  @Test
  void whatNoTagCanHoldIsRefused() {
    assertThatThrownBy(() -> Tags.NONE.with("title", "x")).hasMessageContaining("title");
    assertThatThrownBy(() -> new Tags.Cover("image/gif", new byte[9])).hasMessageContaining("png");
    assertThatThrownBy(() -> new Tags.Cover("image/png", new byte[0])).hasMessageContaining("1 b");
    assertThatThrownBy(() -> new Tags.Chapter(Duration.ofSeconds(2), Duration.ofSeconds(1), "back"))
        .hasMessageContaining("back");
  }

  @Test
  void theInfoFrameCountsEverything() throws Exception {
    float[] pcm = Sounds.NOISE.make(44100, 2, 100_001);
    byte[] mp3 = Mp3s.encode(dir, OPTIONS, pcm);
    byte[] music = Mp3s.music(mp3);
    ByteBuffer tag = ByteBuffer.wrap(mp3).position(36);
    assertThat(tag.getInt()).isEqualTo(0x58696E67); // "Xing"
    assertThat(tag.getInt()).isEqualTo(15);
    assertThat(tag.getInt()).isEqualTo(Mp3s.packets(mp3).size());
    assertThat(tag.getInt()).isEqualTo(mp3.length);
    int[] toc = new int[100];
    for (int percent = 0; percent < 100; percent++) {
      toc[percent] = tag.get() & 255;
    }
    assertThat(toc).isSorted();
    assertThat(toc[50]).isBetween(120, 136);
    assertThat(new String(mp3, 156, 4, StandardCharsets.US_ASCII)).isEqualTo("LAME");
    int gap = (mp3[177] & 255) << 16 | (mp3[178] & 255) << 8 | (mp3[179] & 255);
    assertThat(gap >> 12).isEqualTo(576);
    assertThat((gap >> 12) + (gap & 4095) + 100_001).isEqualTo(1152 * Mp3s.packets(mp3).size());
    assertThat(ByteBuffer.wrap(mp3).getInt(184)).isEqualTo(mp3.length);
    assertThat(ByteBuffer.wrap(mp3).getShort(188))
        .isEqualTo((short) Crc16.ofMusic(0, music, 0, music.length));
    assertThat(ByteBuffer.wrap(mp3).getShort(190)).isEqualTo((short) Crc16.ofMusic(0, mp3, 0, 190));
    assertThat(ByteBuffer.wrap(mp3).getInt(167) / (double) (1 << 23)).isBetween(0.99, 1.0);
  }

  @Test
  void checksumsAreThoseOfTheStandardAndOfLame() {
    byte[] nine = "123456789".getBytes(StandardCharsets.US_ASCII);
    assertThat(Crc16.ofMusic(0, nine, 0, 9)).isEqualTo(0xBB3D); // CRC-16/ARC
    // CRC-16/CMS over the bytes behind sync and around the checksum itself.
    byte[] frame = new byte[13];
    System.arraycopy(nine, 0, frame, 2, 2);
    System.arraycopy(nine, 2, frame, 6, 7);
    assertThat(Crc16.ofFrame(frame, 0, 13)).isEqualTo(0xAEE7);
  }

  @Test
  void aLongSoundKeepsASmallSeekTable() {
    var table = new SeekTable();
    for (int frame = 0; frame < 1_000_000; frame++) {
      table.add(frame * 400L);
    }
    byte[] toc = table.toc(400, 400_000_400L);
    for (int percent = 1; percent < 100; percent++) {
      assertThat((toc[percent] & 255) / 256.0).isBetween(percent / 100.0 - 0.006, percent / 100.0);
    }
  }
}
