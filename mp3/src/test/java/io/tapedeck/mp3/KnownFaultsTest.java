package io.tapedeck.mp3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Faults that an encoder of this kind before ours (fre:ac's) had and mended. Some are tested
 * elsewhere: mono, checksums and the first frames of a constant bitrate in {@link Mp3EncoderTest},
 * false headers in payload in {@link PackerTest}, borrowing before the first frame in {@link
 * FrameParserFuzzTest}.
 */
class KnownFaultsTest {
  /** 32 kbit/s, mono, 44.1 kHz: frames of 104 bytes, of which 83 are for main data. */
  private static final FrameHeader SMALL = new FrameHeader(0xFFFB10C0);

  private final Random random = new Random(11);

  @TempDir Path dir;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theReservoirMayBeLargerThanOneFrame(boolean elastic) throws Exception {
    List<Packet> packets = new ArrayList<>(empty(9));
    packets.add(packet(500));
    packets.addAll(empty(9));
    packets.add(packet(10)); // and than the frame that borrows
    packets.add(packet(500));
    byte[] packed = packed(packets, elastic);
    assertThat(Mp3s.differing(unpacked(packed), packets)).isEmpty();
    if (!elastic) {
      int side = 9 * SMALL.frameBytes() + FrameHeader.BYTES;
      assertThat(SideInfo.mainDataBegin(SMALL, packed, side)).isEqualTo(511);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aHundredThousandEmptyFramesTakeNoStack(boolean elastic) throws Exception {
    List<Packet> packets = new ArrayList<>(empty(100_000));
    packets.add(packet(300));
    packets.addAll(empty(100_000));
    assertThat(Mp3s.differing(unpacked(packed(packets, elastic)), packets)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {96, 128, 320})
  void paddingStaysWhereOneEncoderLaysIt(int kbps) throws Exception {
    var options = new EncoderOptions(44100, 2, new Rate.Cbr(kbps));
    float[] pcm = Sounds.MUSIC.make(44100, 2, 400_000);
    List<Integer> padding = padding(Mp3s.packets(Mp3s.encode(dir, options, pcm)));
    assertThat(padding).isEqualTo(padding(Mp3s.serial(options, pcm))).contains(0, 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1152, 113_000, 200_001})
  void sizeAndLengthOfAConstantBitrateAreWhatTheyClaim(int samples) throws Exception {
    var options = new EncoderOptions(48000, 2, new Rate.Cbr(160));
    byte[] mp3 = Mp3s.encode(dir, options, Sounds.MUSIC.make(48000, 2, samples));
    assertThat(Mp3s.music(mp3)).hasSize(480 * Mp3s.packets(mp3).size());
    assertThat(Mp3s.ffmpeg(mp3)).hasSize(2 * samples);
  }

  @Test
  void manyThreadsMakeTheSameFileEveryTime() throws Exception {
    var options = new EncoderOptions(32000, 1, new Rate.Vbr(5));
    float[] pcm = Sounds.SWINGS.make(32000, 1, 250_000);
    byte[] first = Mp3s.encode(dir, options, pcm, 1, 5000, new byte[0]);
    for (int round = 0; round < 10; round++) {
      int block = 100 + random.nextInt(9000);
      assertThat(Mp3s.encode(dir, options, pcm, 8, block, new byte[0])).isEqualTo(first);
    }
  }

  @Test
  void lamesLevelsWithTheirDefectAreNotUsed() {
    assertThat(ChunkEncoder.EFFORT).isGreaterThan(3);
  }

  private static List<Integer> padding(List<Packet> packets) {
    return packets.stream().map(packet -> packet.header().padding()).toList();
  }

  private List<Packet> empty(int count) {
    return java.util.Collections.nCopies(count, packet(0));
  }

  /** With so many bytes of main data, up to 511, all in its first granule. */
  private Packet packet(int bytes) {
    byte[] side = new byte[SMALL.sideInfoBytes()];
    int bits = 8 * bytes; // twelve, from the 18th bit on
    side[2] = (byte) (bits >> 6);
    side[3] = (byte) (bits << 2);
    byte[] main = new byte[bytes];
    random.nextBytes(main);
    return new Packet(SMALL, side, main);
  }

  private static byte[] packed(List<Packet> packets, boolean elastic) throws IOException {
    var out = new ByteArrayOutputStream();
    var packer = new Packer(out::write, elastic);
    for (Packet packet : packets) {
      packer.add(packet);
    }
    packer.finish();
    return out.toByteArray();
  }

  private static List<Packet> unpacked(byte[] packed) {
    var packets = new ArrayList<Packet>();
    var unpacker = new Unpacker();
    for (var parser = new FrameParser(packed); parser.hasNext(); ) {
      int at = parser.offset();
      parser.next();
      packets.add(unpacker.unpack(packed, at));
    }
    return packets;
  }
}
