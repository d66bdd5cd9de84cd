package io.tapedeck.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.contracts.Media;
import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MatroskaTest {
  @Test
  void allSamplesOfAPipeAreRead() throws Exception {
    Matroska pcm = new Matroska(new ByteArrayInputStream(audio()));
    Matroska.Header header = pcm.header();
    assertThat(header.rate()).isEqualTo(32_000);
    assertThat(header.channels()).isEqualTo(2);
    assertThat(header.tags()).containsEntry("ARTIST", "Ann");
    long bytes = pcm.length();
    while (pcm.next()) {
      bytes += pcm.length();
    }
    assertThat(bytes).isEqualTo(2 * 32_000 * 8);
    assertThat(pcm.brokenOff()).isFalse();
    assertThat(pcm.millis()).isBetween(1900L, 2000L);
  }

  @Test
  void textsKeepTheirLanguageAndBytesThatAreNotUtf8() throws Exception {
    byte[] all =
        Media.piped(
            "-f",
            "lavfi",
            "-i",
            "sine=d=1",
            "-metadata",
            "comment-deu=Hallo",
            "-metadata",
            "artist=@@@@@@",
            "-metadata",
            "composer=Größe",
            "-metadata:s:a:0",
            "language=ita",
            "-c:a",
            "pcm_f32le",
            "-f",
            "matroska");
    String latin = new String(all, StandardCharsets.ISO_8859_1);
    byte[] edited =
        latin
            .replace("@@@@@@", "\u00CF\u00F0\u00E8\u00E2\u00E5\u00F2")
            .getBytes(StandardCharsets.ISO_8859_1);
    Matroska.Header header = new Matroska(new ByteArrayInputStream(edited)).header();
    assertThat(header.tags())
        .containsEntry("COMMENT-ger", "Hallo")
        .containsEntry("ARTIST", "Ïðèâåò") // each byte one character
        .containsEntry("COMPOSER", "Größe");
    assertThat(header.trackTags()).containsEntry("LANGUAGE", "ita");
  }

  @Test
  void anEndInTheMiddleIsNoticed() throws Exception {
    byte[] all = audio();
    Matroska pcm = new Matroska(new ByteArrayInputStream(Arrays.copyOf(all, all.length - 100)));
    pcm.header();
    while (pcm.next()) {
      assertThat(pcm.length()).isPositive();
    }
    assertThat(pcm.brokenOff()).isTrue();
  }

  @Test
  void nonsenseEndsAndThrowsNothingButARefusal() throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed of the nonsense: " + seed);
    Random random = new Random(seed);
    byte[] all = Arrays.copyOf(audio(), 20_000);
    for (int round = 0; round < 3_000; round++) {
      byte[] bent = all.clone();
      for (int i = 0; i < 1 + round % 20; i++) {
        bent[random.nextInt(i % 2 == 0 ? 1_000 : bent.length)] = (byte) random.nextInt();
      }
      try {
        Matroska pcm = new Matroska(new ByteArrayInputStream(bent));
        Matroska.Header header = pcm.header();
        assertThat(header.rate()).as("seed %d", seed).isNotNegative();
        while (pcm.next()) {
          assertThat(pcm.length()).as("seed %d", seed).isLessThan(64 << 20);
        }
      } catch (Refusal e) {
        assertThat(e.code()).as("seed %d", seed).isEqualTo(Code.UNREADABLE_MEDIA);
      }
    }
  }

  @Test
  void namesOfTagsDoNotGrow() throws Exception {
    ByteArrayOutputStream tags = new ByteArrayOutputStream();
    element(tags, 0x45A3, "N".repeat(200_000));
    for (int i = 0; i < 20_000; i++) {
      element(tags, 0x447A, "l" + i);
      element(tags, 0x4487, "v");
    }
    Matroska.Header header = new Matroska(in(tags)).header();
    long kept = header.tags().keySet().stream().mapToLong(String::length).sum();
    assertThat(kept).isLessThan(2_200_000);
    assertThat(header.tags().keySet()).allMatch(name -> name.length() < 210);
  }

  @Test
  void tagsOfAllTracksTogetherAreBounded() throws Exception {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int track = 1; track <= 100; track++) {
      byte[] entry = {
        (byte) 0xAE, (byte) 0x8D, 0x73, (byte) 0xC5, (byte) 0x81, 0, (byte) 0xD7, (byte) 0x81, 0
      };
      entry[5] = (byte) track;
      entry[8] = (byte) track;
      all.writeBytes(entry);
      all.writeBytes(new byte[] {(byte) 0xB5, (byte) 0x84, 0x46, (byte) 0xFA, 0, 0}); // 32,000 Hz
    }
    for (int track = 1; track <= 100; track++) {
      all.writeBytes(new byte[] {0x63, (byte) 0xC5, (byte) 0x81, (byte) track});
      for (int i = 0; i < 500; i++) {
        element(all, 0x45A3, "n" + i);
        element(all, 0x4487, "v");
      }
    }
    byte[] block = {(byte) 0xA3, (byte) 0x85, (byte) 0x81, 0, 0, 0, 0};
    all.writeBytes(block);
    Matroska in = new Matroska(in(all));
    assertThat(in.next()).isTrue();
    int kept = 0;
    for (int track = 1; track <= 100; track++) {
      kept += in.header(track).trackTags().size();
    }
    assertThat(kept).isEqualTo(10_000);
  }

  @Test
  void twoGigabytesOfTextsKeepOnlyTheFirst() throws Exception {
    byte[] text = new byte[256 << 10];
    Arrays.fill(text, (byte) 'x');
    ByteArrayOutputStream same = new ByteArrayOutputStream();
    element(same, 0x45A3, "SAME");
    same.writeBytes(new byte[] {0x44, (byte) 0x87, 0x10, 4, 0, 0});
    same.writeBytes(text);
    ByteArrayOutputStream others = new ByteArrayOutputStream();
    for (int i = 0; i < 100; i++) {
      element(others, 0x45A3, "OTHER" + i);
      others.writeBytes(new byte[] {0x44, (byte) 0x87, 0x10, 4, 0, 0});
      others.writeBytes(text);
    }
    InputStream all = new SequenceInputStream(new Repeated(same.toByteArray(), 8_500), in(others));
    Matroska in = new Matroska(all);
    long kept = in.header().tags().values().stream().mapToLong(String::length).sum();
    assertThat(kept).isLessThan(9 << 20);
  }

  @Test
  void aBlockThatIsNotThereTakesNoMemory() throws Exception {
    byte[] claim = {(byte) 0xA3, 0x13, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 1, 0, 0, 0};
    Matroska in = new Matroska(new ByteArrayInputStream(claim)); // 64 MiB
    assertThat(in.next()).isFalse();
    assertThat(in.brokenOff()).isTrue();
    assertThat(in.bytes()).hasSizeLessThan(2 << 20);
  }

  /** The same bytes so many times. */
  private static final class Repeated extends InputStream {
    private final byte[] bytes;
    private long left;

    Repeated(byte[] bytes, int times) {
      this.bytes = bytes;
      this.left = (long) bytes.length * times;
    }

    @Override
    public int read() {
      return left == 0 ? -1 : bytes[bytes.length - 1 - (int) (--left % bytes.length)] & 255;
    }

    @Override
    public int read(byte[] into, int at, int most) {
      int from = (int) ((bytes.length - left % bytes.length) % bytes.length);
      int count = (int) Math.min(left, Math.min(most, bytes.length - from));
      System.arraycopy(bytes, from, into, at, count);
      left -= count;
      return count == 0 ? -1 : count;
    }
  }

  private static ByteArrayInputStream in(ByteArrayOutputStream bytes) {
    return new ByteArrayInputStream(bytes.toByteArray());
  }

  /** An element with a size of four bytes. */
  private static void element(ByteArrayOutputStream out, int id, String text) {
    out.writeBytes(
        ByteBuffer.allocate(6).putShort((short) id).putInt(1 << 28 | text.length()).array());
    out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static byte[] audio() {
    return Media.piped(
        "-f",
        "lavfi",
        "-i",
        "sine=d=2:sample_rate=32000",
        "-ac",
        "2",
        "-metadata",
        "artist=Ann",
        "-c:a",
        "pcm_f32le",
        "-f",
        "matroska");
  }
}
