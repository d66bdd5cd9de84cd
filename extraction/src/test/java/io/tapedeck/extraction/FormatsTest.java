package io.tapedeck.extraction;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.ConversionOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kind of file that ffmpeg can make here gives its audio, whole and without a warning. */
class FormatsTest {
  /** Four seconds, 440 Hz. */
  private static final List<String> TONE = List.of("-f", "lavfi", "-i", "sine=440:d=4:r=48000");

  private static final List<String> PICTURE =
      List.of("-f", "lavfi", "-i", "testsrc=d=4:s=720x576:r=25");

  @TempDir Path folder;

  private Path made(String name, List<String> picture, String options) throws Exception {
    Path file = folder.resolve(name);
    List<String> command = new ArrayList<>(picture);
    command.addAll(TONE);
    command.addAll(List.of(options.strip().split(" +")));
    command.addAll(List.of("-strict", "-2", file.toString()));
    Media.ffmpeg(command.toArray(String[]::new));
    return file;
  }

  private Extracted converted(Path file) {
    return Media.EXTRACTOR.of(file, ConversionOptions.DEFAULT, 1).run(folder.resolve("out.mp3"));
  }

  private void assertTone(Path file, int leastMillis) throws Exception {
    Path unnamed = Files.move(file, folder.resolve("video"));
    Extracted mp3 = converted(unnamed);
    assertThat(mp3.warnings()).isEmpty();
    assertThat(mp3.duration().toMillis()).isBetween((long) leastMillis, 4_200L);
    float[] samples = Media.samples(mp3.file());
    int rate = Integer.parseInt(Media.probe(mp3.file(), "stream=sample_rate"));
    int crossings = 0;
    for (int i = rate; i < 2 * rate; i++) {
      crossings += samples[i] < 0 && samples[i + 1] >= 0 ? 1 : 0;
    }
    assertThat(crossings).isBetween(430, 450);
  }

  @ParameterizedTest
  @CsvSource({
    "a.tta, tta",
    "a.thd, truehd",
    "a.mlp, mlp",
    "a.latm, aac",
    "a.aac, aac",
    "a.ac3, ac3",
    "a.eac3, eac3",
    "a.dts, dca",
    "a.mp2, mp2",
    "a.ts, s302m -ac 2",
    "a.rm, real_144 -ar 8000",
    "a.rm, ac3",
    "a.caf, pcm_s16le",
    "a.caf, alac",
    "a.caf, adpcm_ima_qt",
    "a.caf, pcm_mulaw",
    "a.caf, libopus",
    "a.au, pcm_s16be",
    "a.au, pcm_alaw",
    "a.au, pcm_f64be",
    "a.aiff, pcm_s24be",
    "a.aiff, pcm_mulaw",
    "a.aiff, pcm_f64be",
    "a.aiff, pcm_s16le",
    "a.aiff, adpcm_ima_qt",
    "a.voc, pcm_s16le",
    "a.voc, pcm_u8",
    "a.voc, pcm_alaw",
    "a.w64, pcm_s24le",
    "a.wav, pcm_s16le -rf64 always",
    "a.wav, adpcm_ms",
    "a.wav, adpcm_ima_wav",
    "a.wav, adpcm_yamaha",
    "a.wav, g722 -ar 16000",
    "a.wav, g726 -ar 8000",
    "a.wav, g723_1 -ar 8000 -b:a 6300",
    "a.wav, libgsm_ms -ar 8000",
    "a.wav, dca",
    "a.wav, pcm_f64le",
    "a.wav, wmav2",
    "a.au, g726le -ar 8000",
    "a.avi, adpcm_ms",
    "a.avi, adpcm_ima_wav",
    "a.mov, adpcm_ima_qt",
    "a.mov, adpcm_ms",
    "a.mov, pcm_s16be",
    "a.mov, pcm_s8",
    "a.mov, pcm_u8",
    "a.mov, pcm_f64be",
    "a.mov, libgsm -ar 8000",
    "a.mp4, dca",
    "a.mp4, libopus",
    "a.mkv, truehd",
    "a.mkv, pcm_f64le",
    "a.mkv, tta",
    "a.mkv, wavpack",
    "a.flv, nellymoser -ar 22050",
    "a.flv, adpcm_swf -ar 22050",
    "a.flv, libspeex -ar 16000",
    "a.flv, pcm_mulaw -ar 8000",
    "a.swf, libmp3lame -ar 44100 -b:a 96k",
    "a.ogg, libspeex -ar 16000",
    "a.oga, flac",
    "a.wv, wavpack",
    "a.sox, pcm_s32le",
    "a.sf, pcm_s16le",
    "a.nut, pcm_u24le",
    "a.nut, vorbis -ac 2"
  })
  void audioAlone(String name, String codec) throws Exception {
    assertTone(made(name, List.of(), "-c:a " + codec), 3_900);
  }

  @ParameterizedTest
  @CsvSource({
    "a.mxf, -c:v mpeg2video -c:a pcm_s16le",
    "d10.mxf, -c:v mpeg2video -c:a pcm_s24le -f mxf",
    "a.dv, -target pal-dv -ac 2",
    "dv.avi, -target pal-dv -ac 2 -f avi",
    "dv.mov, -target pal-dv -ac 2 -f mov",
    "a.gxf, -c:v mpeg2video -ac 1 -c:a pcm_s16le",
    "a.nut, -c:v mpeg4 -c:a mp2",
    "x264.nut, -c:v libx264 -c:a libvorbis",
    "a.wtv, -c:v mpeg2video -c:a mp2",
    "a.rm, -c:v rv20 -s 176x144 -c:a ac3",
    "a.3gp, -s 176x144 -c:v h263 -c:a aac",
    "a.vob, -target pal-dvd",
    "a.mpg, -target pal-vcd",
    "a.m2ts, -c:v mpeg2video -c:a ac3 -mpegts_m2ts_mode 1",
    "bluray.m2ts, -c:v libx264 -c:a pcm_bluray -mpegts_m2ts_mode 1",
    "latm.ts, -c:v mpeg2video -c:a aac -mpegts_flags latm",
    "opus.ts, -c:v libx264 -c:a libopus",
    "a.wmv, -c:v wmv2 -c:a wmav1",
    "a.swf, -c:v flv -s 160x120 -c:a libmp3lame -ar 44100 -b:a 96k",
    "a.ogv, -c:v libtheora -c:a libspeex -ar 16000"
  })
  void audioBesidePictures(String name, String options) throws Exception {
    assertTone(made(name, PICTURE, options), 3_850);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a.aac", "a.ac3", "a.eac3", "a.dts", "a.mp2", "a.latm", "a.thd", "a.ts", "a.vob"})
  void aStreamThatBeginsInTheMiddleBehindJunk(String name) throws Exception {
    byte[] whole = Files.readAllBytes(made(name, List.of(), "-ac 2"));
    int from = name.equals("a.vob") ? 10_000 : 3_001;
    byte[] file = new byte[5_000 + whole.length - from];
    new Random(1).nextBytes(file);
    System.arraycopy(whole, from, file, 5_000, whole.length - from);
    Extracted mp3 = converted(Files.write(folder.resolve("video"), file));
    assertThat(mp3.duration().toMillis()).isBetween(3_200L, 4_100L);
  }

  private static byte[] name(String four) {
    return four.getBytes(StandardCharsets.US_ASCII);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 6, 8, 9, 10, 12, 16})
  void anyNumberOfChannelsBecomesStereoWithoutClipping(int channels) throws Exception {
    StringBuilder tones = new StringBuilder("aevalsrc=");
    for (int i = 0; i < channels; i++) {
      tones.append(i == 0 ? "" : "|").append("0.9*sin(2*PI*t*" + (300 + 300 * (i % 2)) + ")");
    }
    Path file = folder.resolve("a.wav");
    Media.ffmpeg("-f", "lavfi", "-i", tones + ":d=2:s=48000", file.toString());
    for (ConversionOptions options :
        List.of(
            ConversionOptions.DEFAULT,
            Options.of().mono().build(),
            Options.of().loudness(-16).build())) {
      Extracted mp3 = Media.EXTRACTOR.of(file, options, 1).run(folder.resolve("out.mp3"));
      assertThat(mp3.duration().toMillis()).isBetween(1_990L, 2_010L);
      assertThat(Media.peak(mp3.file())).isBetween(0.1, 1.06);
      if (channels > 8 && channels < 16 && options.equals(ConversionOptions.DEFAULT)) {
        float[] left = Media.samples(mp3.file());
        assertThat(Media.probe(mp3.file(), "stream=channels")).isEqualTo("2");
        assertThat(Media.likeness(left, 9_600, left, 9_600 + 160, 9_600)).isGreaterThan(0.98);
        assertThat(Media.likeness(left, 9_600, left, 9_600 + 80, 9_600)).isLessThan(-0.98);
      }
    }
  }

  @Test
  void ofAmbisonicsTheSumOfAllDirectionsIsTaken() throws Exception {
    Path file = folder.resolve("a.opus");
    Media.ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "aevalsrc=0.5*sin(2*PI*t*440)|0|0|0:d=4:s=48000",
        "-c:a",
        "libopus",
        "-mapping_family",
        "2",
        file.toString());
    assertTone(file, 3_900);
  }

  @ParameterizedTest
  @CsvSource({
    "mp4, aac, 2, 1",
    "flv, nellymoser -ar 22050, 2, 1",
    "webm, libopus, 2, 2",
    "webm, libopus, 4, 2"
  })
  void appendedRecordingsComeOrAreTold(String kind, String codec, int count, int read)
      throws Exception {
    byte[] one =
        Files.readAllBytes(made("one." + kind, List.of(), "-c:a " + codec + " -f " + kind));
    ByteBuffer all = ByteBuffer.allocate(count * one.length);
    for (int i = 0; i < count; i++) {
      all.put(one);
    }
    Extracted mp3 = converted(Files.write(folder.resolve("all"), all.array()));
    assertThat(mp3.duration().toMillis()).isBetween(read * 3_990L, read * 4_050L);
    assertThat(mp3.warnings()).hasSize(read < count ? 1 : 0);
    if (read < count) {
      assertThat(mp3.warnings().getFirst())
          .contains("another recording was appended to the file at byte " + read * one.length);
    }
  }

  @Test
  void theAmigasFormatMadeByHand() throws Exception {
    int count = 4 * 8_000;
    ByteBuffer file = ByteBuffer.allocate(48 + count);
    file.put(name("FORM")).putInt(40 + count).put(name("8SVX"));
    file.put(name("VHDR")).putInt(20).putInt(count).putInt(0).putInt(0);
    file.putShort((short) 8_000).put((byte) 1).put((byte) 0).putInt(65_536);
    file.put(name("BODY")).putInt(count);
    for (int i = 0; i < count; i++) {
      file.put((byte) (60 * Math.sin(2 * Math.PI * 440 * i / 8_000)));
    }
    assertTone(Files.write(folder.resolve("a.8svx"), file.array()), 3_900);
  }

  @Test
  void omaMadeByHand() throws Exception {
    int count = 4 * 44_100;
    ByteBuffer file = ByteBuffer.allocate(96 + 4 * count);
    file.put(name("EA3\1")).putShort((short) 96).putShort((short) -1).put(32, (byte) 4);
    file.position(96);
    for (int i = 0; i < count; i++) {
      short sample = (short) (9_000 * Math.sin(2 * Math.PI * 440 * i / 44_100));
      file.putShort(sample).putShort(sample);
    }
    assertTone(Files.write(folder.resolve("a.oma"), file.array()), 3_900);
  }

  /** One bit a sample, 64 times 44.1 kHz, by the simplest modulator. */
  @Test
  void dsdMadeByHand() throws Exception {
    int blocks = 345;
    int bits = blocks * 4_096 * 8;
    ByteBuffer file = ByteBuffer.allocate(92 + bits / 8).order(ByteOrder.LITTLE_ENDIAN);
    file.put(name("DSD ")).putLong(28).putLong(92 + bits / 8).putLong(0);
    file.put(name("fmt ")).putLong(52).putInt(1).putInt(0).putInt(1).putInt(1);
    file.putInt(2_822_400).putInt(1).putLong(bits).putInt(4_096).putInt(0);
    file.put(name("data")).putLong(12 + bits / 8);
    double error = 0;
    int gathered = 0;
    for (int i = 0; i < bits; i++) {
      double value = 0.4 * Math.sin(2 * Math.PI * 440 * i / 2_822_400) + error;
      error = value - (value >= 0 ? 1 : -1);
      gathered = gathered >> 1 | (value >= 0 ? 0x80 : 0);
      if (i % 8 == 7) {
        file.put((byte) gathered);
      }
    }
    assertTone(Files.write(folder.resolve("a.dsf"), file.array()), 3_900);
  }
}
