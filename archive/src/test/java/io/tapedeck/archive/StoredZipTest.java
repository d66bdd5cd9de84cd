package io.tapedeck.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bytes of a ZIP, read by the JDK's reader. */
class StoredZipTest {
  private static final Instant TIME = Instant.parse("2026-11-27T08:15:31Z");

  @TempDir private Path folder;

  private static ZipMember member(String name, byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return member(name, bytes.length, crc.getValue(), bytes);
  }

  private static ZipMember member(String name, long size, long crc32, byte[] bytes) {
    String digest = Long.toHexString(crc32);
    return new ZipMember(
        name,
        size,
        digest,
        TIME,
        new ZipMember.Content() {
          @Override
          public long crc32() {
            return crc32;
          }

          @Override
          public void read(long offset, long length, WritableByteChannel to) throws IOException {
            to.write(ByteBuffer.wrap(bytes, (int) offset, (int) length));
          }
        });
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private static byte[] read(StoredZip zip, long from, long length) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    zip.read(from, length, Channels.newChannel(out));
    return out.toByteArray();
  }

  @Test
  void everyReaderFindsTheSameFilesInIt() throws Exception {
    byte[] one = random(70_000);
    byte[] other = random(3);
    StoredZip zip =
        new StoredZip(
            List.of(
                member("«ночь» 🎙️.mp3", one), member("b.mp3", other), member("empty", random(0))));
    byte[] bytes = read(zip, 0, zip.length());
    assertThat(bytes).hasSize((int) zip.length());
    Path file = Files.write(folder.resolve("a.zip"), bytes);
    try (ZipFile opened = new ZipFile(file.toFile())) {
      ZipEntry entry = opened.getEntry("«ночь» 🎙️.mp3");
      assertThat(entry.getLastModifiedTime().toInstant()).isEqualTo(TIME);
      assertThat(opened.getInputStream(entry).readAllBytes()).isEqualTo(one);
      assertThat(opened.size()).isEqualTo(3);
    }
    List<byte[]> streamed = new ArrayList<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(bytes))) {
      while (in.getNextEntry() != null) {
        streamed.add(in.readAllBytes());
      }
    }
    assertThat(streamed).containsExactly(one, other, new byte[0]);
  }

  @Test
  void anyPartIsThatPartOfTheWhole() throws Exception {
    StoredZip zip =
        new StoredZip(List.of(member("a.mp3", random(300)), member("b.mp3", random(200))));
    int length = (int) zip.length();
    byte[] whole = read(zip, 0, length);
    for (int from = 0; from < length; from++) {
      for (int to : new int[] {from + 1, Math.min(length, from + 37), length}) {
        assertThat(read(zip, from, to - from)).isEqualTo(Arrays.copyOfRange(whole, from, to));
      }
    }
  }

  @Test
  void moreThanFourGigabytesAndManyFilesNeedTheWideForm() throws Exception {
    List<ZipMember> many = new ArrayList<>();
    many.add(member("huge.mp3", 5L << 30, 7, new byte[0]));
    for (int i = 0; i < 70_000; i++) {
      many.add(member("t" + i + ".mp3", new byte[0]));
    }
    StoredZip zip = new StoredZip(many);
    // A sparse file that has all but the zeros of the huge one.
    Path file = folder.resolve("wide.zip");
    try (var out =
        Files.newByteChannel(
            file,
            java.nio.file.StandardOpenOption.CREATE_NEW,
            java.nio.file.StandardOpenOption.WRITE,
            java.nio.file.StandardOpenOption.SPARSE)) {
      int head = 30 + "huge.mp3".length() + 20 + 9;
      out.write(ByteBuffer.wrap(read(zip, 0, head)));
      out.position(head + (5L << 30));
      long rest = head + (5L << 30);
      out.write(ByteBuffer.wrap(read(zip, rest, zip.length() - rest)));
    }
    assertThat(Files.size(file)).isEqualTo(zip.length());
    try (ZipFile opened = new ZipFile(file.toFile())) {
      assertThat(opened.size()).isEqualTo(70_001);
      assertThat(opened.getEntry("huge.mp3").getSize()).isEqualTo(5L << 30);
      assertThat(opened.getInputStream(opened.getEntry("t69999.mp3")).readAllBytes()).isEmpty();
    }
  }

  @Test
  void theDigestDiffersWithNameSizeBytesAndOrder() {
    ZipMember a = member("a", random(3));
    ZipMember b = member("b", random(3));
    assertThat(
            List.of(
                new StoredZip(List.of(a)).digest(),
                new StoredZip(List.of(b)).digest(),
                new StoredZip(List.of(a, b)).digest(),
                new StoredZip(List.of(b, a)).digest(),
                new StoredZip(List.of(member("a", random(4)))).digest()))
        .doesNotHaveDuplicates();
    assertThat(new StoredZip(List.of(a)).digest())
        .isEqualTo(new StoredZip(List.of(member("a", random(3)))).digest());
  }
}
