package io.tapedeck.mp3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Frames that no encoder would make: any sizes, any bytes, every version, with false syncs. */
class PackerTest {
  @Property(tries = 300)
  void anythingPackedComesBackBitForBit(
      @ForAll @IntRange(max = 2) int version,
      @ForAll boolean mono,
      @ForAll boolean crc,
      @ForAll @IntRange(min = 1, max = 60) int frames,
      @ForAll long seed)
      throws IOException {
    var random = new Random(seed);
    var packets = new ArrayList<Packet>();
    for (int i = 0; i < frames; i++) {
      FrameHeader header = header(version, mono, crc, 1 + random.nextInt(8));
      packets.add(packet(header, random, header.slotBytes()));
    }
    byte[] packed = packed(packets, true);
    assertThat(Mp3s.differing(unpacked(packed), packets)).isEmpty();
    int needed = packets.stream().mapToInt(packet -> packet.mainData().length).sum();
    int room = 0;
    var parser = new FrameParser(packed);
    while (parser.hasNext()) {
      FrameHeader header = parser.next();
      assertThat(header.crc()).isEqualTo(crc);
      room += header.slotBytes();
    }
    assertThat(room).isGreaterThanOrEqualTo(needed);
  }

  @Property(tries = 200)
  void aConstantBitrateStaysConstant(
      @ForAll @IntRange(max = 2) int version,
      @ForAll boolean mono,
      @ForAll @IntRange(min = 1, max = 8) int index,
      @ForAll long seed)
      throws IOException {
    var random = new Random(seed);
    FrameHeader header = header(version, mono, false, index);
    var packets = new ArrayList<Packet>();
    int free = 0;
    for (int i = 0; i < 50; i++) {
      Packet packet = packet(header, random, free + header.slotBytes());
      packets.add(packet);
      free =
          Math.min(
              header.version().reservoirLimit,
              free + header.slotBytes() - packet.mainData().length);
    }
    byte[] packed = packed(packets, false);
    assertThat(packed).hasSize(50 * header.frameBytes());
    assertThat(Mp3s.differing(unpacked(packed), packets)).isEmpty();
  }

  @Property(tries = 50)
  void whatDoesNotFitIsRefused(@ForAll long seed) {
    FrameHeader header = header(0, false, false, 1);
    Packet large = packet(header.withBitrateIndex(9), new Random(seed), 300);
    var packer = new Packer((_, _, _) -> {}, false);
    if (large.mainData().length > header.slotBytes()) {
      assertThatThrownBy(() -> packer.add(new Packet(header, large.sideInfo(), large.mainData())))
          .isInstanceOf(BadFrame.class)
          .hasMessageContaining("too large");
    }
  }

  private static FrameHeader header(int version, boolean mono, boolean crc, int index) {
    MpegVersion kind =
        List.of(MpegVersion.MPEG_1, MpegVersion.MPEG_2, MpegVersion.MPEG_2_5).get(version);
    return new FrameHeader(
        0xFFE20000 | kind.bits << 19 | (crc ? 0 : 1) << 16 | index << 12 | (mono ? 3 : 1) << 6);
  }

  /** Side information of any bits, but with lengths that add up to at most so many bytes. */
  private static Packet packet(FrameHeader header, Random random, int most) {
    byte[] side = new byte[header.sideInfoBytes()];
    random.nextBytes(side);
    int limit = random.nextInt(4) == 0 ? most : random.nextInt(most + 1);
    boolean first = header.version() == MpegVersion.MPEG_1;
    int channels = header.channels();
    int parts = first ? 2 * channels : channels;
    int bit = first ? channels == 1 ? 18 : 20 : channels == 1 ? 9 : 10;
    int left = 8 * limit;
    for (int part = 0; part < parts; part++, bit += first ? 59 : 63) {
      int bits = Math.min(4095, part == parts - 1 ? left : random.nextInt(left + 1));
      left -= bits;
      for (int i = 0; i < 12; i++) {
        int at = bit + i;
        int mask = 0x80 >> at % 8;
        boolean set = (bits >> (11 - i) & 1) != 0;
        side[at / 8] = (byte) (set ? side[at / 8] | mask : side[at / 8] & ~mask);
      }
    }
    byte[] main = new byte[SideInfo.mainDataBytes(header, side, 0)];
    random.nextBytes(main);
    for (int i = 0; i + 1 < main.length; i += 9) {
      main[i] = (byte) 0xFF; // looks like the start of a frame
      main[i + 1] = (byte) 0xFB;
    }
    return new Packet(header, side, main);
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
