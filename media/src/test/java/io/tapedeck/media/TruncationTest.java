package io.tapedeck.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.contracts.Media;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TruncationTest {
  @TempDir Path folder;

  private byte[] made(String name, String... options) throws IOException {
    return Files.readAllBytes(Media.audio(folder.resolve(name), 2, options));
  }

  private boolean isCutOff(byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve("tried"), bytes);
    return Truncation.isCutOff(file, Container.of(file));
  }

  private static byte[] followed(byte[] bytes, byte[] more) {
    byte[] all = Arrays.copyOf(bytes, bytes.length + more.length);
    System.arraycopy(more, 0, all, bytes.length, more.length);
    return all;
  }

  @Test
  void anFlvThatLacksOnlyTheSizeBehindItsLastTagIsCutOff() throws IOException {
    byte[] whole = made("a.flv");
    assertThat(isCutOff(Arrays.copyOf(whole, whole.length - 2))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a.mp4", "a.mkv", "a.wav", "a.w64", "a.avi", "a.flv", "a.ogg", "a.opus", "a.wma", "a.caf",
        "a.aiff", "a.au"
      })
  void aFileThatEndsWhereItSaysIsWholeAndOneThatEndsEarlierIsNot(String name) throws IOException {
    byte[] whole = made(name);
    assertThat(isCutOff(whole)).isFalse();
    assertThat(isCutOff(Arrays.copyOf(whole, whole.length * 3 / 4))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.mp4", "a.flv"})
  void bytesBehindTheEndThatCamerasAndToolsAppendAreNoLoss(String name) throws IOException {
    byte[] junk = "8db42d694ccc418790edff439fe026bf".getBytes(StandardCharsets.US_ASCII);
    assertThat(isCutOff(followed(made(name), junk))).isFalse();
  }

  @Test
  void aMatroskaStreamOfOpenSizeIsNoClaim() throws IOException {
    byte[] live = made("a.mkv", "-live", "1");
    assertThat(isCutOff(Arrays.copyOf(live, live.length / 2))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {0xFFFFFFFFL, 0x7FFFF024L, 0x7FFFFFFFL, 0x80000000L})
  void aSizeThatAPipeLeftIsNoClaim(long size) throws IOException {
    byte[] wav = made("a.wav");
    ByteBuffer.wrap(wav)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(4, (int) size)
        .putInt(74, (int) size);
    assertThat(new String(wav, 70, 4, StandardCharsets.US_ASCII)).isEqualTo("data");
    assertThat(isCutOff(wav)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.wav", "a.avi"})
  void aSizeThatCountsItsOwnHeadIsNoLoss(String name) throws IOException {
    ByteBuffer file = ByteBuffer.wrap(made(name)).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(isCutOff(file.putInt(4, file.limit()).array())).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 500, 2_000})
  void aLargeAviIsCutOffWhereItsSecondPartIs(int missing) throws IOException {
    byte[] first = made("a.avi");
    ByteBuffer second = ByteBuffer.wrap(made("a.avi"));
    second.put(8, "AVIX".getBytes(StandardCharsets.US_ASCII));
    byte[] both = followed(first, second.array());
    assertThat(isCutOff(both)).isFalse();
    int index = indexBytes(second.array());
    assertThat(isCutOff(Arrays.copyOf(both, both.length - index - missing))).isTrue();
    assertThat(isCutOff(Arrays.copyOf(both, both.length - index))).isFalse();
  }

  private static int indexBytes(byte[] avi) {
    return avi.length - new String(avi, StandardCharsets.ISO_8859_1).lastIndexOf("idx1");
  }

  @Test
  void bytesBehindTheLastPageOfOggAreNoLoss() throws IOException {
    assertThat(isCutOff(followed(made("a.ogg"), new byte[300]))).isFalse();
    assertThat(isCutOff(followed(made("a.ogg"), new byte[70_000]))).isFalse();
  }

  @Test
  void whatIsBehindAnId3TagSaysWhichKindAFileIs() throws IOException {
    byte[] tag = new byte[10_010];
    System.arraycopy("ID3\4\0\0\0\0\116\20".getBytes(StandardCharsets.ISO_8859_1), 0, tag, 0, 10);
    byte[] flac = made("a.flac");
    Path one = Files.write(folder.resolve("one"), followed(tag, flac));
    Path two = Files.write(folder.resolve("two"), followed(tag, followed(tag, flac)));
    Path mp3 = Files.write(folder.resolve("mp3"), followed(tag, made("a.mp3")));
    Path claims = Files.write(folder.resolve("claims"), Arrays.copyOf(tag, 500));
    assertThat(Container.of(one)).isEqualTo(Container.FLAC);
    assertThat(Container.of(two)).isEqualTo(Container.FLAC);
    assertThat(Container.of(mp3)).isEqualTo(Container.BARE);
    assertThat(Container.of(claims)).isEqualTo(Container.BARE);
  }

  @Test
  void bw64IsWav() throws IOException {
    byte[] wav = made("a.wav", "-rf64", "always");
    System.arraycopy("BW64".getBytes(StandardCharsets.US_ASCII), 0, wav, 0, 4);
    assertThat(Container.of(wav)).isEqualTo(Container.WAV);
    assertThat(isCutOff(wav)).isFalse();
  }

  @Test
  void aTagBehindTheAudioIsSeen() throws IOException {
    byte[] id3 = Arrays.copyOf("TAGtitle".getBytes(StandardCharsets.US_ASCII), 128);
    byte[] ape = Arrays.copyOf("APETAGEX".getBytes(StandardCharsets.US_ASCII), 32);
    byte[] flac = made("a.flac");
    assertThat(TrailingTag.isIn(Files.write(folder.resolve("a"), followed(flac, id3)))).isTrue();
    assertThat(TrailingTag.isIn(Files.write(folder.resolve("b"), followed(flac, ape)))).isTrue();
    assertThat(TrailingTag.isIn(Files.write(folder.resolve("c"), flac))).isFalse();
    assertThat(TrailingTag.isIn(Files.write(folder.resolve("d"), new byte[3]))).isFalse();
  }
}
