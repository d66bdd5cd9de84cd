package io.tapedeck.extraction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchDecoderTest {
  private static final BatchDecoder TOGETHER =
      new BatchDecoder(Media.EXTRACTOR, ConversionOptions.DEFAULT);

  @TempDir Path folder;

  @Test
  void plainFilesOfAllKindsGiveTheSameBytesAsAlone() throws Exception {
    List<Path> files =
        List.of(
            made("stereo.mp4", "aevalsrc=.3*sin(2000*t)|.2*sin(3000*t):d=2:s=44100", "aac"),
            made("mono.mkv", "sine=500:d=3:sample_rate=48000", "flac"),
            made("opus.webm", "sine=700:d=2.5:sample_rate=48000", "libopus"),
            made("high.mkv", "sine=900:d=1:sample_rate=96000", "pcm_s16le"),
            made("late.ts", "sine=800:d=2:sample_rate=32000", "aac"),
            made("slow.wav", "sine=300:d=0.01:sample_rate=8000", "pcm_s16le"));
    assertThat(TOGETHER.decode(files)).containsOnlyKeys(files);
    assertSameAsAlone(files);
  }

  @Test
  void whatMustBeLookedAtMoreCloselyIsLeftToAChildOfItsOwn() throws Exception {
    Path plain = made("plain.mp4", "sine=500:d=1", "aac");
    Path copied = made("copied.avi", "sine=500:d=1:sample_rate=44100", "libmp3lame");
    Path surround = made("surround.mkv", "aevalsrc=.1*sin(400*t)|0|0|0|0|0:c=5.1:d=1", "flac");
    Path ogg = made("said.ogg", "sine=500:d=1", "libvorbis");
    Path chapters = withChapters(plain);
    Path cover = withCover(plain);
    List<Path> files = List.of(plain, copied, surround, ogg, chapters, cover);
    assertThat(TOGETHER.decode(files)).containsOnlyKeys(plain);
    assertSameAsAlone(files);
  }

  @ParameterizedTest
  @ValueSource(strings = {"late.ts", "late.vob", "late.mkv", "late.mp4"})
  void audioThatBeginsLateIsToldAsAlone(String name) throws Exception {
    Path late = folder.resolve(name);
    Media.ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "testsrc=s=64x48:d=4",
        "-itsoffset",
        "2",
        "-f",
        "lavfi",
        "-i",
        "sine=500:d=2:r=48000",
        "-map",
        "0",
        "-map",
        "1",
        "-c:a",
        "ac3",
        "" + late);
    Path plain = made("plain.mp4", "sine=500:d=1", "aac");
    List<Extraction> both = Media.EXTRACTOR.of(List.of(plain, late), ConversionOptions.DEFAULT, 1);
    assertThat(both.getLast().run(folder.resolve("late.mp3")).warnings())
        .singleElement()
        .asString()
        .startsWith("the audio begins 00:00:0");
  }

  @Test
  void oneThatIsDamagedSendsAllToChildrenOfTheirOwnAndSpoilsNone() throws Exception {
    Path good = made("good.mp4", "sine=500:d=2", "aac");
    Path cut = folder.resolve("cut.mp4");
    byte[] whole = Files.readAllBytes(good);
    Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
    Path text = Files.writeString(folder.resolve("text.mp4"), "no video at all");
    Path gone = folder.resolve("gone.mp4");
    List<Path> files = List.of(good, cut, text, gone);
    assertThat(TOGETHER.decode(files)).isEmpty();
    List<Extraction> extractions = Media.EXTRACTOR.of(files, ConversionOptions.DEFAULT, 1);
    assertThat(extractions.get(0).run(folder.resolve("good.mp3")).warnings()).isEmpty();
    for (Extraction bad : extractions.subList(1, 4)) {
      assertThatThrownBy(() -> bad.run(folder.resolve("bad.mp3"))).isInstanceOf(Refusal.class);
    }
    assertThat(folder.resolve("bad.mp3")).doesNotExist();
  }

  @Test
  void moreSoundThanMemoryIsMeantForIsTakenOneByOne() throws Exception {
    Path plain = made("plain.mp4", "sine=500:d=1", "aac");
    Path quiet = made("quiet.mkv", "anullsrc=r=48000:cl=stereo:d=400", "libopus");
    assertThat(Files.size(quiet)).isLessThan(BatchDecoder.LARGEST_FILE);
    assertThat(TOGETHER.decode(List.of(plain, quiet))).isEmpty();
  }

  @Test
  void wishesThatNeedEachFileAloneAreLeftAlone() throws Exception {
    Path one = made("one.mp4", "sine=500:d=2", "aac");
    Path two = made("two.mp4", "sine=500:d=2", "aac");
    for (ConversionOptions wish :
        List.of(
            Options.of().loudness(-16).build(),
            Options.of().start(Duration.ofSeconds(1)).build())) {
      assertThat(new BatchDecoder(Media.EXTRACTOR, wish).decode(List.of(one, two))).isEmpty();
    }
    assertThat(
            new BatchDecoder(Media.EXTRACTOR, Options.of().mono().build())
                .decode(List.of(one, two)))
        .hasSize(2);
  }

  private void assertSameAsAlone(List<Path> files) throws IOException {
    List<Extraction> extractions = Media.EXTRACTOR.of(files, ConversionOptions.DEFAULT, 1);
    for (int i = 0; i < files.size(); i++) {
      Extracted together = extractions.get(i).run(folder.resolve("together.mp3"));
      Extracted alone =
          Media.EXTRACTOR
              .of(files.get(i), ConversionOptions.DEFAULT, 2)
              .run(folder.resolve("alone.mp3"));
      assertThat(together.sha256()).as("%s", files.get(i)).isEqualTo(alone.sha256());
      assertThat(together.duration()).isEqualTo(alone.duration());
      assertThat(together.warnings()).isEqualTo(alone.warnings());
    }
  }

  /** Audio with a picture where the container has room for one, and something said of it. */
  private Path made(String name, String audio, String codec) throws Exception {
    Path file = folder.resolve(name);
    List<String> command = new ArrayList<>();
    if (name.matches(".*\\.(mp4|mkv|ts|avi)")) {
      command.addAll(List.of("-f", "lavfi", "-i", "testsrc=d=1:s=64x48:r=10", "-c:v", "mpeg4"));
    }
    command.addAll(List.of("-f", "lavfi", "-i", audio, "-c:a", codec));
    command.addAll(List.of("-metadata", "title=Ti " + name, "-metadata", "artist=Änn"));
    command.addAll(List.of("-metadata", "date=2026", "-metadata", "track=3", file.toString()));
    Media.ffmpeg(command.toArray(String[]::new));
    return file;
  }

  private Path withChapters(Path video) throws Exception {
    Path said = folder.resolve("chapters.txt");
    Files.writeString(
        said, ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=500\ntitle=One\n");
    Path file = folder.resolve("chapters.mp4");
    Media.ffmpeg(
        "-i",
        video.toString(),
        "-i",
        said.toString(),
        "-map_chapters",
        "1",
        "-c",
        "copy",
        file.toString());
    return file;
  }

  private Path withCover(Path video) throws Exception {
    Path file = folder.resolve("cover.m4a");
    Media.ffmpeg(
        "-i",
        video.toString(),
        "-f",
        "lavfi",
        "-i",
        "color=red:s=32x32:d=0.1",
        "-map",
        "0:a",
        "-map",
        "1:v",
        "-frames:v",
        "1",
        "-c:a",
        "copy",
        "-c:v",
        "mjpeg",
        "-disposition:v",
        "attached_pic",
        file.toString());
    return file;
  }
}
