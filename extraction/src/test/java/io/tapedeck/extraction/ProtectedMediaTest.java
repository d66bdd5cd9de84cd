package io.tapedeck.extraction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tapedeck.core.Code;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.Refusal;
import io.tapedeck.media.Container;
import io.tapedeck.media.Protection;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Encrypted audio is called protected, and not damaged. */
class ProtectedMediaTest {
  private static final String KEY = "76a6c65c5ea762046bd749a2e632ccbb";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"aac", "libmp3lame", "alac"})
  void commonEncryptionOfMp4(String codec) throws Exception {
    assertProtected(
        made(
            "a.mp4",
            codec,
            "-encryption_scheme",
            "cenc-aes-ctr",
            "-encryption_key",
            KEY,
            "-encryption_kid",
            KEY));
  }

  @ParameterizedTest
  @CsvSource({
    "a.m4a, aac, 6d703461, 64726d73",
    "a.m4a, aac, 6d703461, 61617664",
    "a.m4a, aac, 6d703461, 656e6361",
    "a.wma, wmav2, 4052d1861d31d011a3a400a0c90348f6, fbb3112223bdd211b4b700a0c955fc6e",
    "a.wma, wmav2, 4052d1861d31d011a3a400a0c90348f6, 14e68a292226174cb935dae07ee9289c",
    "a.mkv, aac, 22b59c83756e64888100, 6d8087624084503581 00"
  })
  void whatAHeaderCallsEncrypted(String name, String codec, String plain, String other)
      throws Exception {
    byte[] bytes = Files.readAllBytes(made(name, codec));
    byte[] from = HexFormat.of().parseHex(plain);
    byte[] to = HexFormat.of().parseHex(other.replace(" ", ""));
    // The name of an MP4's brand stands before that of its sample entry.
    int begin = Math.max(0, new String(bytes, StandardCharsets.ISO_8859_1).indexOf("stsd"));
    int at = begin;
    while (!Arrays.equals(bytes, at, at + from.length, from, 0, from.length)) {
      at++;
    }
    System.arraycopy(to, 0, bytes, at, to.length);
    assertProtected(Files.write(folder.resolve("protected"), bytes));
  }

  @Test
  void scrambledTransportStreams() throws Exception {
    byte[] bytes = Files.readAllBytes(made("a.ts", "aac"));
    for (int packet = 0; packet < bytes.length; packet += 188) {
      if ((bytes[packet + 1] & 0x1F) == 1 && bytes[packet + 2] == 0) {
        bytes[packet + 3] |= (byte) 0x80;
        for (int i = 12; i < 188; i++) {
          bytes[packet + i] ^= (byte) (i * 37);
        }
      }
    }
    assertProtected(Files.write(folder.resolve("scrambled.ts"), bytes));
  }

  @Test
  void aPlainTrackBesideEncryptedOnesIsConverted() throws Exception {
    Path both = folder.resolve("both.mp4");
    Media.ffmpeg(
        "-f", "lavfi", "-i", "sine=d=1", "-map", "0", "-map", "0", "-c:a", "aac", both.toString());
    byte[] bytes = Files.readAllBytes(both);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int second = text.indexOf("mp4a", text.lastIndexOf("stsd"));
    System.arraycopy("enca".getBytes(StandardCharsets.ISO_8859_1), 0, bytes, second, 4);
    Path file = Files.write(folder.resolve("one.mp4"), bytes);
    assertThat(extraction(file, ConversionOptions.DEFAULT).run(out()).warnings()).isEmpty();
    assertThat(
            catchThrowableOfType(
                    Refusal.class, () -> extraction(file, Options.of().track(2).build()).run(out()))
                .code())
        .isEqualTo(Code.PROTECTED_MEDIA);
  }

  @Test
  void boxesInBoxesOfAnyDepthAreNoTrap() throws Exception {
    int boxes = 200_000;
    ByteBuffer nested = ByteBuffer.allocate(8 * boxes + 24);
    nested.putInt(24).put("ftypisom".getBytes(StandardCharsets.ISO_8859_1)).position(24);
    for (int i = boxes; i > 0; i--) {
      nested
          .putInt(8 * i)
          .put((i % 2 == 0 ? "moov" : "trak").getBytes(StandardCharsets.ISO_8859_1));
    }
    Path file = Files.write(folder.resolve("nested.mp4"), nested.array());
    assertThat(Protection.ofTracks(file, Container.MP4)).isEmpty();
  }

  private Path made(String name, String codec, String... options) throws Exception {
    Path file = folder.resolve(name);
    String[] all = new String[7 + options.length];
    String[] command = {"-f", "lavfi", "-i", "anoisesrc=d=3:a=.3", "-c:a", codec};
    System.arraycopy(command, 0, all, 0, command.length);
    System.arraycopy(options, 0, all, command.length, options.length);
    all[all.length - 1] = file.toString();
    Media.ffmpeg(all);
    return file;
  }

  private void assertProtected(Path file) {
    Refusal refusal =
        catchThrowableOfType(
            Refusal.class, () -> extraction(file, ConversionOptions.DEFAULT).run(out()));
    assertThat(refusal.code()).isEqualTo(Code.PROTECTED_MEDIA);
    assertThat(refusal.problem().detail()).isEqualTo("its audio is encrypted");
    assertThat(out()).doesNotExist();
  }

  private Path out() {
    return folder.resolve("out.mp3");
  }

  private static Extraction extraction(Path file, ConversionOptions options) {
    return Media.EXTRACTOR.of(file, options, 1);
  }
}
