package io.tapedeck.mp3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class Mp3EncoderTest {
  @TempDir Path dir;

  static Stream<EncoderOptions> everyKindOfOptions() {
    return Stream.of(
        new EncoderOptions(44100, 2, new Rate.Vbr(0)),
        new EncoderOptions(44100, 2, new Rate.Vbr(2), true),
        new EncoderOptions(48000, 1, new Rate.Vbr(4)),
        new EncoderOptions(32000, 2, new Rate.Vbr(9)),
        new EncoderOptions(22050, 2, new Rate.Vbr(5), true),
        new EncoderOptions(16000, 1, new Rate.Vbr(2)),
        new EncoderOptions(11025, 2, new Rate.Vbr(3)),
        new EncoderOptions(8000, 1, new Rate.Vbr(6), true),
        new EncoderOptions(44100, 2, new Rate.Cbr(128)),
        new EncoderOptions(48000, 2, new Rate.Cbr(320), true),
        new EncoderOptions(44100, 1, new Rate.Cbr(32)),
        new EncoderOptions(24000, 2, new Rate.Cbr(8)),
        new EncoderOptions(22050, 1, new Rate.Cbr(64), true),
        new EncoderOptions(12000, 2, new Rate.Cbr(24)));
  }

  @ParameterizedTest
  @MethodSource("everyKindOfOptions")
  void neitherThreadsNorBlocksChangeAByte(EncoderOptions options) throws Exception {
    float[] pcm = Sounds.MUSIC.make(options.sampleRate(), options.channels(), 200_000);
    byte[] one = Mp3s.encode(dir, options, pcm, 1, 4096, new byte[0]);
    assertThat(Mp3s.encode(dir, options, pcm, 2, 1151, new byte[0])).isEqualTo(one);
    assertThat(Mp3s.encode(dir, options, pcm, 3, 200_000, new byte[0])).isEqualTo(one);
    assertThat(Mp3s.encode(dir, options, pcm, 16, 777, new byte[0])).isEqualTo(one);
  }

  @ParameterizedTest
  @MethodSource("everyKindOfOptions")
  void framesAreThoseOfOneEncoder(EncoderOptions options) throws Exception {
    float[] pcm = Sounds.MUSIC.make(options.sampleRate(), options.channels(), 250_000);
    List<Packet> packets = Mp3s.packets(Mp3s.encode(dir, options, pcm));
    assertThat(Mp3s.differing(packets, Mp3s.serial(options, pcm))).isEmpty();
    if (options.rate() instanceof Rate.Cbr(int kbps)) {
      assertThat(packets).allMatch(packet -> packet.header().kbps() == kbps);
    }
  }

  @ParameterizedTest
  @EnumSource(Sounds.class)
  void framesOfAnySoundAreThoseOfOneEncoder(Sounds audio) throws Exception {
    for (Rate rate : List.of(new Rate.Vbr(2), new Rate.Cbr(160))) {
      var options = new EncoderOptions(44100, 2, rate);
      float[] pcm = audio.make(44100, 2, 450_000);
      List<Packet> packets = Mp3s.packets(Mp3s.encode(dir, options, pcm));
      assertThat(Mp3s.differing(packets, Mp3s.serial(options, pcm))).as("%s", rate).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {44100, 22050})
  void everyLengthComesBackToTheSample(int sampleRate) throws Exception {
    var options = new EncoderOptions(sampleRate, 1, new Rate.Vbr(4));
    int frame = options.version().frameSamples;
    int border = 32 * frame;
    for (int samples :
        new int[] {
          0,
          1,
          575,
          576,
          577,
          1151,
          1152,
          1153,
          border - 1,
          border,
          border + 1,
          border + frame - 1,
          border + frame,
          border + frame + 1,
          2 * border + frame
        }) {
      float[] pcm = Sounds.NOISE.make(sampleRate, 1, samples);
      byte[] mp3 = Mp3s.encode(dir, options, pcm);
      assertThat(Mp3s.differing(Mp3s.packets(mp3), Mp3s.serial(options, pcm)))
          .as("%s samples", samples)
          .isEmpty();
      // Of less audio than delay in half-size frames ffmpeg leaves padding standing; mpg123 does
      // not.
      if (frame == 1152 || samples > frame) {
        assertThat(Mp3s.ffmpeg(mp3).length).as("%s samples", samples).isEqualTo(samples);
      }
      if (Mp3s.has("mpg123")) {
        assertThat(Mp3s.mpg123(mp3).length).as("%s samples", samples).isEqualTo(2 * samples);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("everyKindOfOptions")
  void packedFramesDecodeAsTheUnpackedOnes(EncoderOptions options) throws Exception {
    float[] pcm = Sounds.MUSIC.make(options.sampleRate(), options.channels(), 150_000);
    byte[] packed = Mp3s.music(Mp3s.encode(dir, options, pcm));
    byte[] unpacked = Mp3s.unpacked(options, pcm);
    assertThat(Arrays.equals(Mp3s.ffmpeg(packed), Mp3s.ffmpeg(unpacked))).isTrue();
    assertThat(Mp3s.ffmpeg(packed).length).isGreaterThan(100_000);
    if (Mp3s.has("mpg123")) {
      assertThat(Arrays.equals(Mp3s.mpg123(packed), Mp3s.mpg123(unpacked))).isTrue();
    }
    if (options.rate() instanceof Rate.Vbr) {
      assertThat(packed).hasSizeLessThan(unpacked.length);
    }
  }

  @ParameterizedTest
  @MethodSource("everyKindOfOptions")
  void aCheckerFindsNothing(EncoderOptions options) throws Exception {
    assumeTrue(Mp3s.has("mp3val"), "mp3val is not installed");
    float[] pcm = Sounds.MUSIC.make(options.sampleRate(), options.channels(), 100_000);
    Path file = dir.resolve("checked.mp3");
    Files.write(file, Mp3s.encode(dir, options, pcm, 2, 4096, Mp3s.TAG));
    String found =
        new String(Mp3s.piped(new byte[0], "mp3val", file.toString()), StandardCharsets.UTF_8);
    assertThat(found).contains("Done!", "MPEG frames").doesNotContain("WARNING");
  }

  @Test
  void whatIsNoNumberOrFarTooLoudIsEncodedAllTheSame() throws Exception {
    float[] pcm = Sounds.MUSIC.make(44100, 2, 60_000);
    float[] odd = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1e30f, -1e30f};
    for (int i = 0; i < pcm.length; i += 7) {
      pcm[i] = odd[i % odd.length];
    }
    for (Rate rate : List.of(new Rate.Vbr(0), new Rate.Cbr(96))) {
      byte[] mp3 = Mp3s.encode(dir, new EncoderOptions(44100, 2, rate), pcm);
      assertThat(Mp3s.ffmpeg(mp3).length).isEqualTo(pcm.length);
    }
  }

  @Test
  void progressOnlyGrowsAndEndsBehindTheLastSample() throws Exception {
    var told = new ArrayList<Long>();
    var options = new EncoderOptions(8000, 1, new Rate.Vbr(9));
    try (var channel = opened();
        var encoder =
            Mp3Encoder.open(
                Mp3s.LAME, options, new byte[0], channel, 3, told::add, Mp3s.smallGrid(options))) {
      encoder.write(Sounds.SPEECH.make(8000, 1, 100_000), 0, 100_000);
      encoder.finish();
    }
    assertThat(told).isSorted().hasSizeGreaterThan(4);
    assertThat(told.getLast()).isEqualTo(100_000);
  }

  @Test
  void aFullDiskIsTheCallersToHear() throws Exception {
    var options = new EncoderOptions(44100, 2, new Rate.Vbr(2));
    try (var channel = new FullChannel(opened(), 50_000);
        var encoder =
            Mp3Encoder.open(
                Mp3s.LAME, options, new byte[0], channel, 2, _ -> {}, Mp3s.smallGrid(options))) {
      float[] pcm = Sounds.NOISE.make(44100, 2, 44_100);
      assertThatThrownBy(
              () -> {
                for (int second = 0; second < 60; second++) {
                  encoder.write(pcm, 0, 44_100);
                }
                encoder.finish();
              })
          .isInstanceOf(IOException.class)
          .hasMessage("no space left");
    }
  }

  @Test
  void closingCancelsAndNothingMayFollow() throws Exception {
    var options = new EncoderOptions(44100, 2, new Rate.Vbr(2));
    try (var channel = opened()) {
      var encoder = Mp3Encoder.open(Mp3s.LAME, options, new byte[0], channel, 2, _ -> {});
      encoder.write(Sounds.NOISE.make(44100, 2, 2_000_000), 0, 2_000_000);
      encoder.close();
      encoder.close();
      assertThatThrownBy(() -> encoder.write(new float[2], 0, 1))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(encoder::finish).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void whatNoMp3CanBeIsRefusedWithTheRemedy() {
    assertThatThrownBy(() -> new EncoderOptions(96000, 2, new Rate.Vbr(2)))
        .hasMessageContaining("48000")
        .hasMessageContaining("resample");
    assertThatThrownBy(() -> new EncoderOptions(44100, 6, new Rate.Vbr(2)))
        .hasMessageContaining("mix down");
    assertThatThrownBy(() -> new EncoderOptions(22050, 2, new Rate.Cbr(320)))
        .hasMessageContaining("160");
    assertThatThrownBy(() -> new EncoderOptions(8000, 2, new Rate.Cbr(96)))
        .hasMessageContaining("64]");
    assertThatThrownBy(() -> new Rate.Vbr(10)).hasMessageContaining("0 (best)");
    assertThatThrownBy(() -> new Rate.Cbr(0)).hasMessageContaining("8 to 320");
  }

  @Test
  void aMissingLibraryNamesTheRemedy() {
    assertThatThrownBy(() -> Lame.at(dir.resolve("libnothing.so")))
        .isInstanceOf(LameMissing.class)
        .hasMessageContaining("libnothing.so")
        .hasMessageContaining("apt-get install libmp3lame0");
    assertThat(Mp3s.LAME.version()).startsWith("3.");
  }

  private FileChannel opened() throws IOException {
    return FileChannel.open(
        Files.createTempFile(dir, "", ".mp3"), StandardOpenOption.WRITE, StandardOpenOption.READ);
  }

  /** A real file on a disk that takes so many bytes and no more. */
  private record FullChannel(FileChannel file, long room) implements SeekableByteChannel {
    @Override
    public int write(ByteBuffer bytes) throws IOException {
      if (file.size() + bytes.remaining() > room) {
        throw new IOException("no space left");
      }
      return file.write(bytes);
    }

    @Override
    public int read(ByteBuffer bytes) throws IOException {
      return file.read(bytes);
    }

    @Override
    public long position() throws IOException {
      return file.position();
    }

    @Override
    public SeekableByteChannel position(long to) throws IOException {
      return file.position(to);
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public SeekableByteChannel truncate(long to) throws IOException {
      return file.truncate(to);
    }

    @Override
    public boolean isOpen() {
      return file.isOpen();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
