package io.tapedeck.tags;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Id3ReaderTest {
  @TempDir Path dir;

  @Test
  void version2ofThreeLetters() throws Exception {
    byte[] tag =
        tag(
            2,
            0,
            bytes("TT2\0\0\3\0Ti"),
            bytes("COM\0\0\7\0eng\0Co"),
            bytes("PIC\0\0\10\0PNG\4\0ab"),
            bytes("TCP\0\0\2\0001"));
    Id3Reader read = read(tag);
    assertThat(read.statements())
        .containsExactly(
            Statement.of("TIT2", "Ti"),
            new Statement("COMM", "", "eng", List.of("Co")),
            Statement.of("TCMP", "1"));
    assertThat(read.pictures())
        .singleElement()
        .satisfies(picture -> {
          assertThat(picture.type()).isEqualTo(4);
          assertThat(picture.bytes()).containsExactly('a', 'b');
        });
  }

  @Test
  void severalValuesAndTheDateInThreeFrames() throws Exception {
    assertThat(read(tag(4, 0, bytes("TPE1\0\0\0\4\0\0\3A\0B"))).statements())
        .containsExactly(new Statement("TPE1", "", "", List.of("A", "B")));
    assertThat(
            read(tag(
                    3,
                    0,
                    bytes("TYER\0\0\0\5\0\0\0002024"),
                    bytes("TDAT\0\0\0\5\0\0\0000605"),
                    bytes("TIME\0\0\0\5\0\0\0000708")))
                .statements())
        .containsExactly(Statement.of("TDRC", "2024-05-06T07:08"));
  }

  @Test
  void unsynchronisedCompressedAndExtendedTags() throws Exception {
    byte[] wide = bytes("TIT2\0\0\0\6\0\0\1\u00FF\0\u00FEX\0"); // the size counts before the zeros
    assertThat(read(tag(3, 0x80, bytes("TIT2\0\0\0\5\0\0\1\u00FF\0\u00FEX\0"))).statements())
        .containsExactly(Statement.of("TIT2", "X"));
    wide[9] = 2;
    assertThat(read(tag(4, 0, wide)).statements()).containsExactly(Statement.of("TIT2", "X"));
    Deflater deflater = new Deflater();
    deflater.setInput(bytes("\3packed"));
    deflater.finish();
    byte[] packed = new byte[60];
    int size = deflater.deflate(packed);
    deflater.end();
    byte[] frame = bytes("TIT2\0\0\0" + (char) (size + 4) + "\0\11\0\0\0\7");
    assertThat(read(tag(4, 0, frame, Arrays.copyOf(packed, size))).statements())
        .containsExactly(Statement.of("TIT2", "packed"));
    byte[] extended = bytes("\0\0\0\6\0\0\0\0\0\0");
    assertThat(read(tag(3, 0x40, extended, bytes("TIT2\0\0\0\2\0\0\0X"))).statements())
        .containsExactly(Statement.of("TIT2", "X"));
  }

  @Test
  void oldItunesWritesPlainSizesIntoVersion4() throws Exception {
    byte[] frame = bytes("TIT2\0\0\1,\0\0\3" + "x".repeat(299));
    assertThat(read(tag(4, 0, frame, bytes("TALB\0\0\0\2\0\0\3Y"))).statements())
        .containsExactly(Statement.of("TIT2", "x".repeat(299)), Statement.of("TALB", "Y"));
  }

  @Test
  void chunksOfWavAndAiffHaveTags() throws Exception {
    byte[] tag = tag(4, 0, bytes("TIT2\0\0\0\2\0\0\3X"));
    byte[] wav = chunked("RIFF", "WAVE", "id3 ", ByteOrder.LITTLE_ENDIAN, tag);
    byte[] aiff = chunked("FORM", "AIFF", "ID3 ", ByteOrder.BIG_ENDIAN, tag);
    for (byte[] file : List.of(wav, aiff)) {
      assertThat(read(file).statements()).containsExactly(Statement.of("TIT2", "X"));
    }
  }

  @Test
  void framesThatUnpackToMuchMoreAreBoundedTogether() throws Exception {
    byte[] text = packed("\3", 16 << 20);
    byte[] picture = packed("\0\0\3\0", 16 << 20);
    var frames = new ByteArrayOutputStream();
    for (int i = 0; i < 200; i++) {
      ByteBuffer head = ByteBuffer.allocate(10).put(bytes(i % 2 == 0 ? "TIT2" : "APIC"));
      byte[] body = i % 2 == 0 ? text : picture;
      frames.writeBytes(head.put(sevenBits(body.length)).putShort((short) 8).array());
      frames.writeBytes(body);
    }
    Id3Reader read = read(large(4, frames.toByteArray()));
    long texts =
        read.statements().stream().mapToLong(each -> each.values().getFirst().length()).sum();
    assertThat(texts).isBetween(1L << 20, 8L << 20);
    long pictures = read.pictures().stream().mapToLong(each -> each.bytes().length).sum();
    assertThat(pictures).isBetween(16L << 20, 48L << 20);
  }

  @Test
  void aPictureIsKeptUpToWhatIsTooLarge() throws Exception {
    byte[] frame = new byte[10 + (40 << 20)];
    ByteBuffer.wrap(frame).put(bytes("APIC")).put(sevenBits(40 << 20)).putShort((short) 0);
    byte[] head = bytes("\0png\0\3\0\211PNG");
    System.arraycopy(head, 0, frame, 10, head.length);
    assertThat(read(large(4, frame)).pictures())
        .singleElement()
        .satisfies(picture -> assertThat(picture.bytes()).hasSize((32 << 20) + 1));
  }

  @Test
  void picturesOfFlacAreBoundedTogether() throws Exception {
    ByteBuffer block = ByteBuffer.allocate(4 + (15 << 20));
    block.putInt(6 << 24 | 15 << 20).putInt(3).putInt(0).putInt(0).position(32);
    block.putInt((15 << 20) - 32);
    Path file = dir.resolve("file.flac");
    Files.write(file, bytes("fLaC"));
    for (int i = 0; i < 60; i++) {
      Files.write(file, block.array(), StandardOpenOption.APPEND);
    }
    assertThat(SourceTags.of(file).pictures())
        .hasSize(3)
        .allSatisfy(picture -> assertThat(picture.bytes()).hasSizeGreaterThan(14 << 20));
  }

  /** As many bytes as said, in zlib's format. */
  private static byte[] packed(String head, int count) {
    byte[] plain = new byte[count];
    Arrays.fill(plain, (byte) 'x');
    System.arraycopy(bytes(head), 0, plain, 0, head.length());
    Deflater deflater = new Deflater(9);
    deflater.setInput(plain);
    deflater.finish();
    byte[] packed = new byte[count / 100];
    int size = deflater.deflate(packed);
    deflater.end();
    return Arrays.copyOf(packed, size);
  }

  private static byte[] sevenBits(int size) {
    return new byte[] {
      (byte) (size >> 21), (byte) (size >> 14 & 127), (byte) (size >> 7 & 127), (byte) (size & 127)
    };
  }

  private static byte[] large(int minor, byte[] frames) {
    return ByteBuffer.allocate(10 + frames.length)
        .put(bytes("ID3" + (char) minor + "\0\0"))
        .put(sevenBits(frames.length))
        .put(frames)
        .array();
  }

  @Test
  void anyBytesAreReadWithoutHarm() throws Exception {
    Random random = new Random(14);
    byte[] good =
        tag(
            4,
            0,
            bytes("TPE1\0\0\0\4\0\0\3A\0B"),
            bytes("COMM\0\0\0\10\0\0\1eng\0C"),
            bytes("APIC\0\0\0\10\0\0\0png\0\3\0P"));
    for (int i = 0; i < 5_000; i++) {
      byte[] bad = good.clone();
      for (int j = 0; j <= random.nextInt(4); j++) {
        bad[3 + random.nextInt(bad.length - 3)] = (byte) random.nextInt();
      }
      byte[] cut = Arrays.copyOf(bad, random.nextInt(bad.length));
      assertThat(read(bad).statements()).hasSizeLessThan(20);
      assertThat(read(cut).pictures()).hasSizeLessThan(20);
    }
  }

  private Id3Reader read(byte[] file) throws Exception {
    return Id3Reader.of(Files.write(dir.resolve("file"), file));
  }

  private static byte[] tag(int minor, int flags, byte[]... frames) {
    var out = new ByteArrayOutputStream();
    for (byte[] frame : frames) {
      out.writeBytes(frame);
    }
    int size = out.size();
    var all = new ByteArrayOutputStream();
    all.writeBytes(bytes("ID3"));
    all.writeBytes(new byte[] {(byte) minor, 0, (byte) flags, 0, 0});
    all.writeBytes(new byte[] {(byte) (size >> 7), (byte) (size & 127)});
    all.writeBytes(out.toByteArray());
    return all.toByteArray();
  }

  private static byte[] chunked(
      String form, String kind, String name, ByteOrder order, byte[] tag) {
    ByteBuffer out = ByteBuffer.allocate(12 + 8 + 4 + 8 + tag.length).order(order);
    out.put(bytes(form)).putInt(out.capacity() - 8).put(bytes(kind));
    out.put(bytes("fmt ")).putInt(3).put(bytes("abc\0"));
    out.put(bytes(name)).putInt(tag.length).put(tag);
    return out.array();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
