package io.tapedeck.mp3;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * Lays packets into frames without wasted bytes: each frame's main data begins where that of the
 * previous frame ended, as far back as the format allows. The audio does not change: a decoder
 * reads the same bits. One stream per packer; belongs to one thread.
 *
 * <p>If bitrates are free, each frame takes the largest one that does not overfill the reservoir,
 * so stuffing is needed only where even the smallest frame is too large. With a constant bitrate,
 * frames keep theirs.
 */
public final class Packer {
  /** Receives finished frames in order. The array is reused after the call. */
  @FunctionalInterface
  public interface Output {
    /** Whole frames, except that the last frame of a call may continue in the next call. */
    void write(byte[] bytes, int offset, int length) throws IOException;
  }

  /**
   * Packets held back: they get the smallest frames, so that the file ends without unused bytes.
   */
  private static final int HELD = 4;

  private static final int FLUSH_AT = 1 << 16;

  private final Output out;
  private final boolean elastic;
  private final ArrayDeque<Packet> held = new ArrayDeque<>();
  private final ArrayDeque<Head> heads = new ArrayDeque<>();
  private byte[] bytes = new byte[FLUSH_AT + 8192];

  /** Everything before this index is final; the next main data goes here. */
  private int cursor;

  private int end;
  private int free;

  /** The head of a frame that the cursor has not passed yet. */
  private record Head(int offset, int length) {}

  /**
   * @param elastic whether frames may get other bitrates than they came with (VBR)
   */
  public Packer(Output out, boolean elastic) {
    this.out = out;
    this.elastic = elastic;
  }

  /** Bytes of main data that the next frame may borrow. */
  public int reservoir() {
    return free;
  }

  /**
   * Lays the next packet.
   *
   * @throws BadFrame if it fits in no frame, or not in its own where the bitrate is constant
   */
  public void add(Packet packet) throws IOException {
    if (!elastic) {
      place(packet, packet.header());
      return;
    }
    held.add(packet);
    if (held.size() > HELD) {
      Packet next = held.remove();
      place(next, fullest(next));
    }
  }

  /** Lays the packets held back and writes the rest. */
  public void finish() throws IOException {
    while (!held.isEmpty()) {
      Packet next = held.remove();
      place(next, smallest(next));
    }
    flush(end);
  }

  private FrameHeader fullest(Packet packet) {
    MpegVersion version = packet.header().version();
    FrameHeader chosen = packet.header().withBitrateIndex(1);
    for (int index = 2; index <= version.highestIndex; index++) {
      FrameHeader larger = packet.header().withBitrateIndex(index);
      if (free + larger.slotBytes() - packet.mainData().length > version.reservoirLimit) {
        break;
      }
      chosen = larger;
    }
    return chosen;
  }

  private FrameHeader smallest(Packet packet) {
    FrameHeader chosen = packet.header().withBitrateIndex(1);
    for (int index = 2;
        index <= chosen.version().highestIndex
            && free + chosen.slotBytes() < packet.mainData().length;
        index++) {
      chosen = packet.header().withBitrateIndex(index);
    }
    return chosen;
  }

  private void place(Packet packet, FrameHeader header) throws IOException {
    int left = free + header.slotBytes() - packet.mainData().length;
    if (left < 0) {
      throw new BadFrame("a packet is " + -left + " bytes too large for its frame");
    }
    if (end + header.frameBytes() > bytes.length) {
      flush(cursor);
    }
    head(packet, header);
    move(packet.mainData(), packet.mainData().length);
    free = Math.min(left, header.version().reservoirLimit);
    move(null, left - free);
    if (cursor >= FLUSH_AT) {
      flush(cursor);
    }
  }

  private void head(Packet packet, FrameHeader header) {
    Arrays.fill(bytes, end, end + header.frameBytes(), (byte) 0);
    header.put(bytes, end);
    int side = end + header.overheadBytes() - header.sideInfoBytes();
    System.arraycopy(packet.sideInfo(), 0, bytes, side, header.sideInfoBytes());
    SideInfo.setMainDataBegin(header, bytes, side, free);
    if (header.crc()) {
      int crc = Crc16.ofFrame(bytes, end, side + header.sideInfoBytes());
      bytes[end + 4] = (byte) (crc >> 8);
      bytes[end + 5] = (byte) crc;
    }
    heads.add(new Head(end, header.overheadBytes()));
    end += header.frameBytes();
  }

  /** Moves the cursor over this many bytes of main data, and fills them or leaves them zero. */
  private void move(byte @org.jspecify.annotations.Nullable [] data, int length) {
    int done = 0;
    while (true) {
      Head next = heads.peek();
      if (next != null && next.offset() == cursor) {
        cursor += next.length();
        heads.remove();
        continue;
      }
      if (done == length) {
        return;
      }
      int part = Math.min(length - done, (next == null ? end : next.offset()) - cursor);
      if (data != null) {
        System.arraycopy(data, done, bytes, cursor, part);
      }
      cursor += part;
      done += part;
    }
  }

  private void flush(int until) throws IOException {
    out.write(bytes, 0, until);
    System.arraycopy(bytes, until, bytes, 0, end - until);
    int moved = heads.size();
    for (int i = 0; i < moved; i++) {
      Head head = heads.remove();
      heads.add(new Head(head.offset() - until, head.length()));
    }
    cursor -= until;
    end -= until;
  }
}
