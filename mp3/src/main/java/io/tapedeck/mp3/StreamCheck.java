package io.tapedeck.mp3;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Checks frame by frame that bytes are one MP3 stream that every decoder plays: each frame has the
 * version, rate and number of channels of the first, plausible side information, and all main data
 * that it refers to. Belongs to one thread.
 */
public final class StreamCheck {
  /** What the next bytes are. */
  public enum Kind {
    /** A frame with audio. */
    AUDIO,
    /** A frame with counts for players and silence for decoders ("Xing", "Info", "VBRI"). */
    INFO,
    /** The first bytes of a frame like the others whose rest is missing. */
    PARTIAL,
    /** A frame of another version, rate or number of channels. */
    OTHER,
    /** No frame, or one that refers to data that is not there. */
    DAMAGED
  }

  /** Fraunhofer's name stands behind the side information of a stereo frame of MPEG-1. */
  private static final int VBRI_AT = FrameHeader.BYTES + 32;

  private static final byte[] LAME = "LAME3.".getBytes(StandardCharsets.US_ASCII);

  /** Bits of the header that are the same in all frames: sync, version, layer, rate. */
  private static final int SAME = 0xFFFE0C00;

  private @Nullable FrameHeader first;
  private int reservoir;
  private boolean settled;
  private boolean fresh;
  private boolean lame;
  private int length;

  /**
   * Judges the bytes at an offset; a frame of kind {@code AUDIO} or {@code INFO} counts as taken.
   *
   * @param end where the bytes end
   */
  public Kind next(byte[] bytes, int offset, int end) {
    if (end - offset < FrameHeader.BYTES || !FrameHeader.plausible(word(bytes, offset))) {
      return Kind.DAMAGED;
    }
    FrameHeader header = FrameHeader.at(bytes, offset);
    if (header.slotBytes() < 0) {
      return Kind.DAMAGED;
    }
    if (first != null && !isLike(first, header)) {
      return Kind.OTHER;
    }
    if (header.frameBytes() > end - offset) {
      return Kind.PARTIAL;
    }
    length = header.frameBytes();
    if (isInfo(header, bytes, offset)) {
      reservoir = 0; // it is left out, so nothing behind it may refer to data before it
      settled = first != null;
      return Kind.INFO;
    }
    return isWhole(header, bytes, offset) ? Kind.AUDIO : Kind.DAMAGED;
  }

  private static boolean isLike(FrameHeader one, FrameHeader other) {
    return (one.word() & SAME) == (other.word() & SAME) && one.channels() == other.channels();
  }

  /**
   * Whether all main data is there. A stream that was cut out of a longer one begins with frames
   * that lack theirs, which decoders leave silent.
   */
  private boolean isWhole(FrameHeader header, byte[] bytes, int offset) {
    int side = offset + header.overheadBytes() - header.sideInfoBytes();
    int begin = SideInfo.mainDataBegin(header, bytes, side);
    int size = SideInfo.mainDataBytes(header, bytes, side);
    boolean there = begin <= reservoir;
    if (!SideInfo.plausible(header, bytes, side)
        || (settled && !there)
        || size > begin + header.slotBytes()) {
      return false;
    }
    settled |= there;
    reservoir = Math.min(reservoir + header.slotBytes(), header.version().reservoirLimit);
    lame = lame || names(bytes, offset, offset + length);
    if (first == null) {
      first = header;
      fresh = begin == 0;
    }
    return true;
  }

  /** The bytes of the frame that was taken last. */
  public int length() {
    return length;
  }

  /** The header of the first frame with audio; null before it. */
  public @Nullable FrameHeader first() {
    return first;
  }

  /**
   * Whether LAME made the stream and it was not cut at its start: its first frame refers to no data
   * before it, and LAME's name is in the padding of frames.
   */
  public boolean isFromLame() {
    return fresh && lame;
  }

  private static boolean names(byte[] bytes, int from, int end) {
    for (int at = from; at + LAME.length <= end; at++) {
      if (bytes[at] == LAME[0]
          && Arrays.equals(bytes, at, at + LAME.length, LAME, 0, LAME.length)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a frame holds counts and no audio. */
  static boolean isInfo(FrameHeader header, byte[] bytes, int offset) {
    String name = name(bytes, XingFrame.place(header, offset));
    return name.equals("Xing") || name.equals("Info") || isVbri(header, bytes, offset);
  }

  static boolean isVbri(FrameHeader header, byte[] bytes, int offset) {
    return header.frameBytes() > VBRI_AT + 4 && name(bytes, offset + VBRI_AT).equals("VBRI");
  }

  private static String name(byte[] bytes, int at) {
    return at + 4 > bytes.length ? "" : new String(bytes, at, 4, StandardCharsets.ISO_8859_1);
  }

  private static int word(byte[] bytes, int at) {
    return bytes[at] << 24
        | (bytes[at + 1] & 255) << 16
        | (bytes[at + 2] & 255) << 8
        | (bytes[at + 3] & 255);
  }
}
