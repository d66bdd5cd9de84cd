package io.tapedeck.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Mp3TagsTest {
  private static final String LYRICS = "LYRICSBEGININD0000210";

  @TempDir Path folder;

  private static byte[] bytes(Object... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (Object part : parts) {
      all.writeBytes(
          part instanceof String text ? text.getBytes(StandardCharsets.ISO_8859_1) : (byte[]) part);
    }
    return all.toByteArray();
  }

  private static byte[] ape() {
    return bytes(
        "APETAGEX\320\7\0\0\50\0\0\0\1\0\0\0\0\0\0\240" + "\0".repeat(8),
        "12345678",
        "APETAGEX\320\7\0\0\50\0\0\0\1\0\0\0\0\0\0\200" + "\0".repeat(8));
  }

  private static byte[] id3v1() {
    return Arrays.copyOf(bytes("TAGtitle"), 128);
  }

  private FileChannel open(byte[] content) throws IOException {
    return FileChannel.open(Files.write(folder.resolve("tried"), content));
  }

  @Test
  void tagsBehindEachOtherAtTheEndAreNotFrames() throws IOException {
    byte[] lyrics = bytes(LYRICS, "000021LYRICS200");
    byte[] old = bytes("LYRICSBEGINla la laLYRICSEND");
    byte[] enhanced = Arrays.copyOf(bytes("TAG+title"), 227);
    byte[] frames = new byte[5_000];
    try (FileChannel file = open(bytes(frames, ape(), lyrics, id3v1(), old, enhanced, id3v1()))) {
      assertThat(Mp3Tags.framesEnd(file)).isEqualTo(5_000);
    }
  }

  @ParameterizedTest
  @CsvSource({"ID3v2, 30", "ID3v1, 128", "APE, 72", "lyrics, 36", "frames, 0"})
  void aTagBetweenFramesHasItsLength(String kind, long length) throws IOException {
    byte[] tag =
        switch (kind) {
          case "ID3v2" -> bytes("ID3\4\0\0\0\0\0\24" + "x".repeat(20));
          case "ID3v1" -> id3v1();
          case "APE" -> ape();
          case "lyrics" -> bytes(LYRICS, "000021LYRICS200");
          default -> bytes("\377\373\220\144");
        };
    try (FileChannel file = open(bytes("xxx", tag, new byte[500]))) {
      assertThat(Mp3Tags.lengthAt(file, 3)).isEqualTo(length);
    }
  }

  @Test
  void aTagThatClaimsMoreThanTheFileHasIsNone() throws IOException {
    try (FileChannel file = open(bytes("ID3\4\0\0\177\177\177\177", new byte[500]))) {
      assertThat(Mp3Tags.lengthAt(file, 0)).isZero();
    }
  }

  /** Else each of many small beginnings would cost a megabyte of reading. */
  @Test
  void lyricsThatDoNotEndWhereTheySayAreNone() throws IOException {
    try (FileChannel file = open(bytes("LYRICSBEGIN", new byte[9_000], "LYRICSEND"))) {
      assertThat(Mp3Tags.lengthAt(file, 0)).isZero();
    }
    try (FileChannel file = open(bytes("LYRICSBEGIN", new byte[900], "000021LYRICS200"))) {
      assertThat(Mp3Tags.lengthAt(file, 0)).isZero();
    }
  }

  @Test
  void tagsWithoutNumberAreNotAllSkipped() throws IOException {
    byte[] many = bytes("ID3\4\0\0\0\0\0\0".repeat(200_000));
    try (FileChannel file = open(bytes(many, new byte[50], "000000LYRICS200".repeat(50_000)))) {
      assertThat(Mp3Tags.framesEnd(file)).isEqualTo(file.size() - 15_000);
    }
    Path file = Files.write(folder.resolve("tried"), many);
    try (BareMp3 mp3 = new BareMp3(file, _ -> 0, _ -> 0)) {
      assertThat(mp3.next()).as("what follows a thousand tags counts as damage").isTrue();
    }
  }

  @Test
  void anyBytesHaveAnEndWithinThem() throws IOException {
    long seed = System.nanoTime();
    System.out.println("seed of the tags: " + seed);
    Random random = new Random(seed);
    byte[] good = bytes(ape(), LYRICS, "000021LYRICS200", id3v1());
    for (int round = 0; round < 500; round++) {
      byte[] bent = good.clone();
      for (int i = 0; i < 5; i++) {
        bent[random.nextInt(bent.length)] = (byte) random.nextInt();
      }
      try (FileChannel file = open(bent)) {
        assertThat(Mp3Tags.framesEnd(file)).as("seed %d", seed).isBetween(0L, file.size());
        long at = random.nextInt(bent.length);
        assertThat(Mp3Tags.lengthAt(file, at)).as("seed %d", seed).isBetween(0L, file.size() - at);
      }
    }
  }
}
