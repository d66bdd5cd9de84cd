package io.tapedeck.mp3;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The packets that one LAME encoder makes, in order, from one frame of the grid on. Belongs to one
 * thread at a time.
 */
final class Segment implements AutoCloseable {
  private final ChunkEncoder encoder;
  private final Unpacker unpacker = new Unpacker();
  private final List<Packet> packets = new ArrayList<>();

  /** The number in the whole audio of the first frame in {@code packets}. */
  private long firstFrame;

  private byte[] unread = new byte[0];

  Segment(ChunkEncoder encoder, long firstFrame) {
    this.encoder = encoder;
    this.firstFrame = firstFrame;
  }

  /** Encodes the samples that follow the earlier ones; {@link #collect} gets their frames. */
  void feed(SampleBuffer buffer) {
    encoder.encode(buffer);
  }

  /** Encodes the samples that LAME still holds. */
  void flush() {
    encoder.flush();
    collect();
  }

  /** Unpacks the frames that are complete by now. */
  void collect() {
    byte[] bytes = encoder.take(unread);
    int at = 0;
    while (bytes.length - at >= FrameHeader.BYTES) {
      int length = FrameHeader.at(bytes, at).frameBytes();
      if (length > bytes.length - at) {
        break;
      }
      packets.add(unpacker.unpack(bytes, at));
      at += length;
    }
    unread = Arrays.copyOfRange(bytes, at, bytes.length);
  }

  boolean has(long frame) {
    return frame < firstFrame + packets.size();
  }

  /**
   * The packet of a frame for which {@link #has} is true and which {@link #forget} did not drop.
   */
  Packet get(long frame) {
    return packets.get((int) (frame - firstFrame));
  }

  /** Drops the frames before this one; nobody asks for them again. */
  void forget(long before) {
    int count = (int) Math.min(packets.size(), before - firstFrame);
    if (count > 0) {
      packets.subList(0, count).clear();
      firstFrame += count;
    }
  }

  int lowpass() {
    return encoder.lowpass();
  }

  @Override
  public void close() {
    encoder.close();
  }
}
