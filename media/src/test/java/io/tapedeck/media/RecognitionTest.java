package io.tapedeck.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tapedeck.contracts.Media;
import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes of a file decide its kind, from its beginning or from the middle of a stream. */
class RecognitionTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "ADTS, a.aac, aac",
    "LOAS, a.latm, aac",
    "AC3, a.ac3, ac3",
    "EAC3, a.eac3, eac3",
    "DTS, a.dts, dca",
    "BARE, a.mp3, libmp3lame",
    "BARE, a.mp2, mp2",
    "TRUEHD, a.thd, truehd",
    "MLP, a.mlp, mlp",
    "MPEG_TS, a.ts, mp2",
    "MPEG_PS, a.mpg, mp2",
    "MPEG_PS, a.vob, ac3"
  })
  void aStreamIsFoundFromItsBeginningItsMiddleAndBehindJunk(
      Container kind, String name, String codec) throws Exception {
    byte[] whole =
        Files.readAllBytes(
            Media.audio(
                folder.resolve(name),
                3,
                "-ar",
                "48000",
                "-ac",
                "2",
                "-c:a",
                codec,
                "-strict",
                "-2"));
    byte[] middle = Arrays.copyOfRange(whole, 3_001, whole.length);
    assertThat(Container.of(whole)).isEqualTo(kind);
    assertThat(Container.of(middle)).as("from the middle").isEqualTo(kind);
    for (int junk : new int[] {1, 100, 5_000, 20_000}) {
      byte[] both = new byte[junk + middle.length];
      new Random(junk).nextBytes(both);
      System.arraycopy(middle, 0, both, junk, middle.length);
      assertThat(Container.of(both)).as("behind %d bytes", junk).isEqualTo(kind);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"AAC a.aac", "TTA a.tta", "APE x", "MUSEPACK_8 x", "WAVPACK a.wv"})
  void whatStandsBehindAnId3TagIsRecognised(String what) throws Exception {
    Container kind = Container.valueOf(what.replaceFirst(" .*", "").replace("AAC", "ADTS"));
    byte[] tag = Arrays.copyOf("ID3\4\0\0\0\0\2\0".getBytes(StandardCharsets.ISO_8859_1), 266);
    byte[] audio =
        what.endsWith("x")
            ? (kind == Container.APE ? "MAC \226\17" : "MPCKSH")
                .getBytes(StandardCharsets.ISO_8859_1)
            : Files.readAllBytes(Media.audio(folder.resolve(what.replaceFirst(".* ", "")), 1));
    byte[] both = Arrays.copyOf(tag, tag.length + audio.length);
    System.arraycopy(audio, 0, both, tag.length, audio.length);
    assertThat(Container.of(Files.write(folder.resolve("both"), both))).isEqualTo(kind);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rtsp://example.org/a.rm | UNSUPPORTED_CONTAINER | playlist",
        "http://example.org/a.ra | UNSUPPORTED_CONTAINER | playlist",
        "[Reference]#Ref1=http://x | UNSUPPORTED_CONTAINER | playlist",
        "%PDF-1.7\\0 | UNSUPPORTED_CONTAINER | PDF",
        "PK\\3\\4\\24\\0 | UNSUPPORTED_CONTAINER | archive",
        "\\211PNG\\15\\12\\32\\12 | UNSUPPORTED_CONTAINER | picture",
        "\\377\\330\\377\\340\\0\\20JFIF | UNSUPPORTED_CONTAINER | picture",
        "MThd\\0\\0\\0\\6 | UNSUPPORTED_CONTAINER | MIDI",
        "\\0\\0\\1\\2\\127\\220\\165\\66\\0 | UNSUPPORTED_CONTAINER | Audible",
        "DKIF\\0\\0\\40\\0 | NO_AUDIO_TRACK | IVF",
        "YUV4MPEG2 W64 H48\\12FRAME\\12\\0\\0 | NO_AUDIO_TRACK | YUV4MPEG2",
        "OFR \\17\\0\\0\\0 | UNSUPPORTED_CODEC | OptimFROG",
        "\\254\\100\\1\\20\\0 | UNSUPPORTED_CODEC | AC-4",
        "\\377\\376H\\0e\\0l\\0l\\0o\\0 | UNSUPPORTED_CONTAINER | text"
      })
  void whatIsNoAudioIsNamed(String head, Code code, String words) throws Exception {
    byte[] bytes = head.translateEscapes().replace('#', '\n').getBytes(StandardCharsets.ISO_8859_1);
    Refusal refusal =
        catchThrowableOfType(
            Refusal.class, () -> Container.of(Files.write(folder.resolve("file"), bytes)));
    assertThat(refusal.code()).isEqualTo(code);
    assertThat(refusal.problem().detail()).contains(words);
  }

  @Test
  void picturesTextsAndNoiseAreNeverTakenForAudio() throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed of the noise: " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      byte[] noise = new byte[65_536];
      random.nextBytes(noise);
      noise[0] = (byte) random.nextInt(0x20); // no sync word at the very beginning
      assertRefused(noise, seed);
      noise[40_000] = 0; // a chance word of TrueHD
      ByteBuffer.wrap(noise).putInt(40_004, 0xF8726FBA + round % 2);
      assertRefused(noise, seed);
      Arrays.fill(noise, (byte) round);
      noise[0] = 1;
      assertRefused(noise, seed);
    }
    for (String name : new String[] {"a.bmp", "a.png", "a.jpg", "a.tiff", "a.gif", "a.ppm"}) {
      Path file = folder.resolve(name);
      Media.make(file, "-f", "lavfi", "-i", "testsrc2=s=320x240", "-frames:v", "1");
      assertRefused(Files.readAllBytes(file), seed);
    }
  }

  private static void assertRefused(byte[] bytes, long seed) {
    assertThat(catchThrowableOfType(Refusal.class, () -> Container.of(bytes)))
        .as("seed %d, first byte %d", seed, bytes[0])
        .isNotNull();
  }

  @Test
  void telephonyWithoutAHeaderIsToldToUseWav() throws Exception {
    Path file = Files.write(folder.resolve("call.g722"), new byte[] {0x7a, 0, 5, 9, 0, 0x12});
    assertThat(catchThrowableOfType(Refusal.class, () -> Container.of(file)).problem().detail())
        .contains("bare g722 has no header", "WAV");
  }
}
