package io.tapedeck.mp3;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What one LAME encoder makes of the audio from one frame of the grid on: packets in order. Belongs
 * to one thread at a time.
 */
final class Segment implements AutoCloseable {
  private final ChunkEncoder encoder;
  private final Unpacker unpacker = new Unpacker();
  private final List<Packet> packets = new ArrayList<>();

  /** Of the whole audio: the frame that {@code packets} begins with. */
  private long firstFrame;

  private byte[] unread = new byte[0];

  Segment(ChunkEncoder encoder, long firstFrame) {
    this.encoder = encoder;
    this.firstFrame = firstFrame;
  }

  /** Encodes samples that follow those before; {@link #collect} brings their frames. */
  void feed(SampleBuffer buffer) {
    encoder.encode(buffer);
  }

  /** Encodes what LAME still holds back. */
  void flush() {
    encoder.flush();
    collect();
  }

  /** Unpacks the frames that are whole by now. */
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

  /** A frame that {@link #has} says is here and {@link #forget} did not forget. */
  Packet get(long frame) {
    return packets.get((int) (frame - firstFrame));
  }

  /** Nobody will ask for frames before this one again. */
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
