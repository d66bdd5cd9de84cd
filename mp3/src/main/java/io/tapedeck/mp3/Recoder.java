package io.tapedeck.mp3;

import java.nio.ByteBuffer;

/**
 * Codes the numbers of a packet with fewer bits: the same scale factors, the same spectrum, divided
 * among the code tables in the best way. So an encoder need not look for it, which takes LAME a
 * fifth of its time. Only for MPEG-1; others, and whatever is not understood to the last bit, stay
 * as they are. Belongs to one thread at a time.
 */
final class Recoder {
  private static final int GRANULE_BITS = 59;

  /** Bits of a scale factor below and above the middle, by scalefac_compress. */
  private static final int[] LOW = {0, 0, 0, 0, 3, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4};

  private static final int[] HIGH = {0, 1, 2, 3, 0, 1, 2, 3, 1, 2, 3, 1, 2, 3, 2, 3};

  private final ByteBuffer source = ByteBuffer.allocate(4096);
  private final BitSink sink = new BitSink();
  private final Spectrum spectrum = new Spectrum();
  private final Division division = new Division();

  /** The same audio in as many bytes or fewer. */
  Packet recode(Packet packet) {
    FrameHeader header = packet.header();
    if (header.version() != Version.MPEG_1 || packet.mainData().length == 0) {
      return packet;
    }
    source.put(0, packet.mainData()).putLong(packet.mainData().length, 0);
    sink.clear();
    byte[] side = packet.sideInfo().clone();
    int channels = header.channels();
    int shares = channels == 1 ? 14 : 12;
    int at = channels == 1 ? 18 : 20;
    int bit = 0;
    for (int part = 0; part < 2 * channels; part++, at += GRANULE_BITS) {
      int shared = part < channels ? 0 : SideInfo.bits(side, shares + 4 * (part - channels), 4);
      int length = SideInfo.bits(side, at, 12);
      granule(side, at, shared, bit, length, header.sampleRateIndex());
      bit += length;
    }
    return sink.bits() < bit ? new Packet(header, side, sink.toBytes()) : packet;
  }

  private void granule(byte[] side, int at, int shared, int bit, int length, int sampleRateIndex) {
    int scale = scaleFactorBits(side, at, shared);
    if (scale < length
        && !mixed(side, at)
        && division.read(side, at, sampleRateIndex)
        && spectrum.read(source, bit + scale, bit + length, division)) {
      int other = scale + spectrum.signs();
      int better = other + division.improve(spectrum, length - other);
      if (better < length) {
        sink.copy(source, bit, scale);
        spectrum.write(sink, division);
        division.write(side, at);
        SideInfo.setBits(side, at, 12, better);
        return;
      }
    }
    sink.copy(source, bit, length);
  }

  /** Blocks of both lengths at once, which LAME does not make. */
  private static boolean mixed(byte[] side, int at) {
    return SideInfo.bits(side, at + 33, 1) != 0 && SideInfo.bits(side, at + 36, 1) != 0;
  }

  /**
   * Bits of the scale factors (ISO 11172-3 2.4.2.7).
   *
   * @param shared a bit for each group of bands that the second granule has from the first
   */
  private static int scaleFactorBits(byte[] side, int at, int shared) {
    int compress = SideInfo.bits(side, at + 29, 4);
    int low = LOW[compress];
    int high = HIGH[compress];
    if (SideInfo.bits(side, at + 33, 3) == 0b110) {
      return 18 * low + 18 * high;
    }
    return ((shared & 8) == 0 ? 6 * low : 0)
        + ((shared & 4) == 0 ? 5 * low : 0)
        + ((shared & 2) == 0 ? 5 * high : 0)
        + ((shared & 1) == 0 ? 5 * high : 0);
  }
}
