package io.tapedeck.extraction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tapedeck.core.Code;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Refusal;
import io.tapedeck.ffmpeg.Ffmpeg;
import io.tapedeck.ffmpeg.Limits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What bad input gets: one clear line, and nothing on the disk. */
class BadInputTest {
  @TempDir Path folder;

  @AfterEach
  void nothingWasLeft() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(Path::getFileName).map(Path::toString))
          .noneMatch(name -> name.endsWith(".part"));
    }
  }

  @Test
  void anEmptyFileIsEmpty() throws Exception {
    assertThat(refusal(Files.createFile(folder.resolve("a.mp4"))).code())
        .isEqualTo(Code.EMPTY_FILE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "#EXTM3U#EXTINF:1,#http://127.0.0.1:1/x.ts# | playlist",
        "ffconcat version 1.0#file '/etc/passwd'# | playlist",
        "[playlist]#File1=http://127.0.0.1:1/# | playlist",
        "<?xml version='1.0'?><MPD></MPD> | playlist",
        "v=0#o=- 0 0 IN IP4 127.0.0.1# | playlist",
        "<html><body>413 Request Entity Too Large</body></html> | web page",
        "Dear all, here are the minutes of Monday's meeting. | text file",
      })
  void textsAndPlaylistsAreNotMedia(String text, String reason) throws Exception {
    Path file = folder.resolve("video.mp4");
    Files.writeString(file, text.replace('#', '\n').replaceFirst("^\n", "#"));
    Refusal refusal = refusal(file);
    assertThat(refusal.code()).isEqualTo(Code.UNSUPPORTED_CONTAINER);
    assertThat(refusal.problem().detail()).contains(reason);
  }

  @Test
  void aPictureIsNotMedia() throws Exception {
    Path picture = folder.resolve("a.png");
    Media.ffmpeg("-f", "lavfi", "-i", "testsrc=d=1", "-frames:v", "1", picture.toString());
    assertThat(refusal(picture).code()).isEqualTo(Code.UNSUPPORTED_CONTAINER);
  }

  @Test
  void aPlaylistInsideAnAviReachesNothing() throws Exception {
    // The GAB2 trick: an AVI whose subtitle stream is an HLS playlist naming a local file.
    Path secret = Files.writeString(folder.resolve("secret.txt"), "secret");
    Path avi = folder.resolve("a.avi");
    byte[] text =
        ("#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:1.0\nfile://" + secret + "\n#EXT-X-ENDLIST\n")
            .getBytes(StandardCharsets.UTF_8);
    Files.write(avi, aviWithPlaylist(text));
    Refusal refusal = refusal(avi);
    assertThat(refusal.code()).isIn(Code.NO_AUDIO_TRACK, Code.UNREADABLE_MEDIA);
    assertThat(refusal.problem().detail()).doesNotContain("secret");
  }

  @Test
  void aVideoWithoutSoundSaysSo() throws Exception {
    Path mute = folder.resolve("mute.mp4");
    Media.ffmpeg("-f", "lavfi", "-i", "testsrc=d=1", "-c:v", "mpeg4", mute.toString());
    assertThat(refusal(mute).code()).isEqualTo(Code.NO_AUDIO_TRACK);
  }

  @Test
  void aTrackThatIsNotThereIsNamedWithThoseThatAre() throws Exception {
    Refusal refusal = refusal(clip(1), Options.of().track(3).build());
    assertThat(refusal.code()).isEqualTo(Code.TRACK_NOT_FOUND);
    assertThat(refusal.problem().detail())
        .isEqualTo("track 3 was asked for; the file has 1: aac mono");
  }

  @Test
  void aStartBehindTheEndLeavesNothingToConvert() throws Exception {
    Refusal refusal = refusal(clip(2), Options.of().start(Duration.ofSeconds(5)).build());
    assertThat(refusal.code()).isEqualTo(Code.NOTHING_IN_RANGE);
    assertThat(refusal.problem().detail()).contains("00:00:05").contains("ends at 00:00:02");
  }

  @Test
  void aFileWithoutItsIndexIsUnreadableForThatReason() throws Exception {
    byte[] all = Files.readAllBytes(clip(3));
    Path cut = Files.write(folder.resolve("cut.mp4"), Arrays.copyOf(all, all.length / 2));
    Refusal refusal = refusal(cut);
    assertThat(refusal.code()).isEqualTo(Code.UNREADABLE_MEDIA);
    assertThat(refusal.problem().detail()).contains("its end was cut off");
  }

  @Test
  void aFileCutInTheMiddleGivesItsFirstPartAndAWarning() throws Exception {
    Path whole = folder.resolve("whole.mp4");
    Media.ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "anoisesrc=d=20",
        "-c:a",
        "aac",
        "-movflags",
        "faststart",
        whole.toString());
    byte[] all = Files.readAllBytes(whole);
    Path cut = Files.write(folder.resolve("cut.mp4"), Arrays.copyOf(all, all.length / 2));
    Extracted mp3 = Media.EXTRACTOR.of(cut, ConversionOptions.DEFAULT, 1).run(out());
    assertThat(mp3.duration().toMillis()).isBetween(9_000L, 11_000L);
    assertThat(mp3.warnings())
        .singleElement()
        .asString()
        .matches("the file ends early: its audio stops at 00:00:(09|10).* of 00:00:20.*");
  }

  @ParameterizedTest
  @ValueSource(strings = {"mp4", "avi", "mkv", "flv"})
  void aVideoCutAnywhereGivesItsFirstPartAndAWarning(String kind) throws Exception {
    Path whole = folder.resolve("whole." + kind);
    String codec = kind.equals("avi") ? "pcm_s16le" : "aac";
    Media.ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "testsrc=d=8:s=160x120:r=25",
        "-f",
        "lavfi",
        "-i",
        "anoisesrc=d=8:r=44100",
        "-c:v",
        kind.equals("flv") ? "flv" : "mpeg4",
        "-c:a",
        codec,
        "-movflags",
        "faststart",
        whole.toString());
    byte[] all = Files.readAllBytes(whole);
    for (int part = 40; part < 70; part += 3) {
      Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(all, all.length / 100 * part));
      Extracted mp3 = Media.EXTRACTOR.of(cut, ConversionOptions.DEFAULT, 1).run(out());
      assertThat(mp3.warnings()).as("%s, %d %%", kind, part).isNotEmpty();
      assertThat(mp3.duration().toMillis()).isBetween(2_000L, 7_000L);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "stsz, 0",
    "stsz, -1",
    "stsc, 0",
    "stsc, -1",
    "stts, 0",
    "stsd, 0",
    "stsd, -1",
    "stco, 0",
    "stbl, 0",
    "minf, 0"
  })
  void anIndexThatIsDamagedIsNotAFileWithoutAudio(String box, int bytes) throws Exception {
    byte[] all = Files.readAllBytes(clip(2));
    String text = new String(all, StandardCharsets.ISO_8859_1);
    for (int at = text.indexOf(box); at >= 0; at = text.indexOf(box, at + 4)) {
      Arrays.fill(all, at + 4, at - 4 + ByteBuffer.wrap(all).getInt(at - 4), (byte) bytes);
    }
    Refusal refusal = refusal(Files.write(folder.resolve("index.mp4"), all));
    assertThat(refusal.code()).isEqualTo(Code.UNREADABLE_MEDIA);
    assertThat(refusal.problem().detail()).contains("its index is damaged", "audio of 00:00:02");
  }

  @Test
  void anMp4WhoseAudioStopsBeforeItsTrackEndsIsToldBesidePictures() throws Exception {
    byte[] all = Files.readAllBytes(clip(8));
    int audio = new String(all, StandardCharsets.ISO_8859_1).lastIndexOf("stsz");
    ByteBuffer sizes = ByteBuffer.wrap(all);
    sizes.putInt(audio + 12, sizes.getInt(audio + 12) / 2); // half of the samples are named
    Path file = Files.write(folder.resolve("half.mp4"), all);
    assertThat(Media.EXTRACTOR.of(file, ConversionOptions.DEFAULT, 1).run(out()).warnings())
        .singleElement()
        .asString()
        .matches("the file ends early: its audio stops at 00:00:0[34].* of 00:00:08.*");
  }

  @Test
  void aVideoWhosePicturesGoOnLongerIsWhole() throws Exception {
    Path longer = folder.resolve("longer.mp4");
    Media.ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "testsrc=d=4:s=64x48",
        "-f",
        "lavfi",
        "-i",
        "sine=d=1",
        "-c:v",
        "mpeg4",
        "-c:a",
        "aac",
        longer.toString());
    assertThat(Media.EXTRACTOR.of(longer, ConversionOptions.DEFAULT, 1).run(out()).warnings())
        .isEmpty();
  }

  @Test
  void damageInTheMiddleIsNamedAndTheRestKeptInPlace() throws Exception {
    Path whole = folder.resolve("whole.mp4");
    Media.ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "anoisesrc=d=20",
        "-c:a",
        "aac",
        "-movflags",
        "faststart",
        whole.toString());
    byte[] all = Files.readAllBytes(whole);
    Arrays.fill(all, all.length / 2, all.length / 2 + all.length / 10, (byte) 0);
    Path damaged = Files.write(folder.resolve("damaged.mp4"), all);
    Extracted mp3 = Media.EXTRACTOR.of(damaged, ConversionOptions.DEFAULT, 1).run(out());
    assertThat(mp3.duration().toMillis()).isBetween(19_950L, 20_050L);
    assertThat(mp3.warnings())
        .first()
        .asString()
        .matches("the audio is damaged from 00:00:(09|10).* to 00:00:1[12].*");
  }

  @Test
  void damageFromEndToEndIsUnreadable() throws Exception {
    byte[] all = Files.readAllBytes(clip(2));
    Arrays.fill(all, 64, all.length, (byte) 0x5a);
    Path damaged = Files.write(folder.resolve("damaged.mp4"), all);
    Refusal refusal = refusal(damaged);
    assertThat(refusal.code()).isEqualTo(Code.UNREADABLE_MEDIA);
    assertThat(refusal.problem().detail()).doesNotContain(folder.toString(), "file:");
  }

  @Test
  void soundInAFormatThatIsNotAllowedIsNamed() throws Exception {
    Path odd = folder.resolve("odd.mkv");
    Media.ffmpeg("-f", "lavfi", "-i", "sine=d=1", "-c:a", "sonic", "-strict", "-2", odd.toString());
    Refusal refusal = refusal(odd);
    assertThat(refusal.code()).isEqualTo(Code.UNSUPPORTED_CODEC);
    assertThat(refusal.problem().detail()).contains("sonic");
  }

  @Test
  void whatIsLongerOrLargerThanAllowedIsRefused() throws Exception {
    Path clip = clip(5);
    Limits shortOnes = new Limits(Duration.ofSeconds(3), 1 << 20, Duration.ofHours(1));
    assertThat(refusal(clip, shortOnes).code()).isEqualTo(Code.TOO_LONG);
    Limits smallOnes = new Limits(Duration.ofHours(1), 5_000, Duration.ofHours(1));
    assertThat(refusal(clip, smallOnes).code()).isEqualTo(Code.TOO_LARGE);
  }

  @Test
  void lengthIsCountedWhereTheHeaderDoesNotTell() throws Exception {
    Path stream = folder.resolve("live.mkv");
    Files.write(
        stream,
        Media.ffmpeg(
            "-f", "lavfi", "-i", "sine=d=5", "-c:a", "libopus", "-f", "matroska", "pipe:1"));
    Limits shortOnes = new Limits(Duration.ofSeconds(3), 1 << 20, Duration.ofHours(1));
    assertThat(refusal(stream, shortOnes).code()).isEqualTo(Code.TOO_LONG);
  }

  @Test
  void aMissingFfmpegIsOursAndNamesTheRemedy() {
    Outage outage =
        catchThrowableOfType(
            Outage.class, () -> Ffmpeg.find(Optional.of(folder.resolve("none")), ""));
    assertThat(outage.problem().detail()).contains("apt install ffmpeg");
    assertThat(
            catchThrowableOfType(Outage.class, () -> Ffmpeg.find(Optional.empty(), "/nowhere"))
                .problem()
                .detail())
        .contains("was not found");
  }

  @ParameterizedTest
  @CsvSource({"4.4.2, true", "5.0.1, true", "5.1.9, false", "n7.1, false", "8.0, false"})
  void ffmpegBefore51IsTooOld(String version, boolean refused) {
    String banner = "[info] ffmpeg version " + version + " Copyright (c) 2000-2026";
    assertThat(catchThrowableOfType(Outage.class, () -> Ffmpeg.requireNew(banner)) != null)
        .isEqualTo(refused);
  }

  private Path clip(int seconds) throws Exception {
    return Media.video(folder, "clip.mp4", "sine=d=" + seconds, "aac");
  }

  private Path out() {
    return folder.resolve("out.mp3");
  }

  private Refusal refusal(Path file) {
    return refusal(file, ConversionOptions.DEFAULT);
  }

  private Refusal refusal(Path file, ConversionOptions options) {
    Refusal refusal =
        catchThrowableOfType(Refusal.class, () -> Media.EXTRACTOR.of(file, options, 1).run(out()));
    assertThat(out()).doesNotExist();
    return refusal;
  }

  private Refusal refusal(Path file, Limits limits) {
    Extractor strict =
        new Extractor(Media.FFMPEG, new Engine(Optional.empty()), limits, Clock.systemUTC());
    return catchThrowableOfType(
        Refusal.class, () -> strict.of(file, ConversionOptions.DEFAULT, 1).run(out()));
  }

  private static byte[] aviWithPlaylist(byte[] playlist) {
    byte[] gab2 =
        concat(bytes("GAB2\0"), le(2, 2), le(0, 4), le(4, 2), le(playlist.length, 4), playlist);
    byte[] strh = chunk("strh", concat(bytes("txts"), new byte[44]));
    byte[] strf = chunk("strf", new byte[0]);
    byte[] strl = chunk("LIST", concat(bytes("strl"), strh, strf));
    byte[] avih = chunk("avih", concat(le(40_000, 4), new byte[20], le(1, 4), new byte[28]));
    byte[] hdrl = chunk("LIST", concat(bytes("hdrl"), avih, strl));
    byte[] movi = chunk("LIST", concat(bytes("movi"), chunk("00tx", gab2)));
    return chunk("RIFF", concat(bytes("AVI "), hdrl, movi));
  }

  private static byte[] chunk(String name, byte[] body) {
    return concat(bytes(name), le(body.length, 4), body, new byte[body.length % 2]);
  }

  private static byte[] le(int value, int size) {
    byte[] out = new byte[size];
    for (int i = 0; i < size; i++) {
      out[i] = (byte) (value >> (8 * i));
    }
    return out;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] concat(byte[]... parts) {
    int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    byte[] all = new byte[length];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }
}
