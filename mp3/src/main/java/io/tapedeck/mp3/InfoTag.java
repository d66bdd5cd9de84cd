package io.tapedeck.mp3;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The first frame of the file. It is silent for decoders that do not know it. For all others it is
 * the Xing/Info header with LAME's extension: counts, seek table, delay and padding.
 */
final class InfoTag {
  /** Bytes from "Xing" to the end of LAME's extension. */
  private static final int TAG_BYTES = 156;

  private final EncoderOptions options;
  private final FrameHeader header;

  InfoTag(EncoderOptions options) {
    this.options = options;
    this.header = smallestThatHolds(options);
  }

  int frameSamples() {
    return header.samples();
  }

  /** Bytes of the frame; the same before and after its values are known. */
  int bytes() {
    return header.frameBytes();
  }

  /** The values that are known at the end. Sample counts are per channel. */
  record Facts(
      String lameVersion,
      int lowpass,
      long frames,
      long musicBytes,
      int musicCrc,
      int delay,
      int padding,
      SeekTable seekTable,
      Loudness loudness) {}

  byte[] frame(Facts facts) {
    byte[] frame = new byte[bytes()];
    header.put(frame, 0);
    int side = FrameHeader.BYTES + header.sideInfoBytes();
    ByteBuffer tag = ByteBuffer.wrap(frame).position(side);
    boolean vbr = options.rate() instanceof Rate.Vbr;
    long streamBytes = facts.musicBytes() + bytes();
    tag.put((vbr ? "Xing" : "Info").getBytes(StandardCharsets.US_ASCII)).putInt(0xF);
    tag.putInt((int) facts.frames()).putInt((int) Math.min(streamBytes, 0xFFFFFFFFL));
    tag.put(facts.seekTable().toc(bytes(), streamBytes));
    int level = options.rate() instanceof Rate.Vbr(int chosen) ? chosen : 4;
    tag.putInt(100 - 10 * level - ChunkEncoder.EFFORT);
    lameExtension(tag, facts, streamBytes);
    tag.putShort((short) facts.musicCrc());
    tag.putShort((short) Crc16.ofMusic(0, frame, 0, tag.position()));
    return frame;
  }

  private void lameExtension(ByteBuffer tag, Facts facts, long streamBytes) {
    byte[] name = ("LAME" + facts.lameVersion() + "     ").getBytes(StandardCharsets.US_ASCII);
    tag.put(name, 0, 9);
    tag.put((byte) (options.rate() instanceof Rate.Vbr ? 4 : 1));
    tag.put((byte) Math.min(255, (facts.lowpass() + 50) / 100));
    tag.putInt((int) (facts.loudness().samplePeak() * (1 << 23) + 0.5));
    tag.putShort((short) replayGain(facts.loudness())).putShort((short) 0);
    tag.put((byte) 0x14); // ATH type 4 and LAME's only psychoacoustic model
    tag.put(
        (byte)
            switch (options.rate()) {
              case Rate.Vbr _ -> options.version().kbps(1);
              case Rate.Cbr(int kbps) -> Math.min(255, kbps);
            });
    int gap = facts.delay() << 12 | facts.padding();
    tag.put((byte) (gap >> 16)).put((byte) (gap >> 8)).put((byte) gap);
    int source = options.sampleRate() <= 32000 ? 0 : options.sampleRate() == 44100 ? 1 : 2;
    tag.put((byte) (1 | (options.channels() == 1 ? 0 : 3) << 2 | source << 6));
    tag.put((byte) 0).putShort((short) 0);
    tag.putInt((int) Math.min(streamBytes, 0xFFFFFFFFL));
  }

  /** Sixteen bits: track gain, found by the program, sign and tenths of dB. 0 if unknown. */
  private static int replayGain(Loudness loudness) {
    if (loudness.integrated() == Double.NEGATIVE_INFINITY) {
      return 0;
    }
    int tenths = (int) Math.round(Math.clamp(loudness.replayGain() * 10, -510, 510));
    return 0x2000 | 0xC00 | (tenths < 0 ? 0x200 : 0) | Math.abs(tenths);
  }

  private static FrameHeader smallestThatHolds(EncoderOptions options) {
    MpegVersion version = options.version();
    int word =
        0xFFE00000
            | version.bits << 19
            | 1 << 17
            | 1 << 16
            | 1 << 12
            | version.sampleRateIndex(options.sampleRate()) << 10
            | (options.channels() == 1 ? 3 : 1) << 6;
    int index = options.rate() instanceof Rate.Cbr(int kbps) ? version.bitrateIndex(kbps) : 1;
    FrameHeader header = new FrameHeader(word).withBitrateIndex(index);
    while (header.frameBytes() < FrameHeader.BYTES + header.sideInfoBytes() + TAG_BYTES) {
      header = header.withBitrateIndex(header.bitrateIndex() + 1);
    }
    return header;
  }
}
