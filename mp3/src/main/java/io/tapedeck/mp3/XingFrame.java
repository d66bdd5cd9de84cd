package io.tapedeck.mp3;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The silent frame before copied frames. It tells players how many frames follow, where to seek and
 * how many samples at both ends are not part of the audio. Without it, players guess the length of
 * a variable bitrate from its first frame. If the source has such a frame, that frame is kept; only
 * what is not true of the copy is changed in it.
 */
public final class XingFrame {
  /** Samples by which a decoder is late (LAME's own count); those are on top of LAME's delay. */
  public static final int DECODER_DELAY = 529;

  /** Samples that LAME and the decoder put before the audio. */
  public static final int DELAY_OF_LAME = 576 + DECODER_DELAY;

  /** The largest number of samples at the start that the frame can leave out. */
  public static final int MOST_DELAY = 4095 + DECODER_DELAY;

  private static final int FRAMES = 1;
  private static final int BYTES = 2;
  private static final int TABLE = 4;
  private static final int QUALITY = 8;

  /** From "Xing" to the end of LAME's extension if all fields are there. */
  private static final int TAG_BYTES = 156;

  private static final int DELAY_AT = 21;
  private static final int CRC_AT = 34;
  private static final int EXTENSION = 36;

  private final FrameHeader header;
  private final byte[] own;
  private final SeekTable table = new SeekTable();
  private byte[] last = new byte[0];
  private long bytes;
  private int musicCrc;
  private int firstKbps;
  private boolean variable;

  private XingFrame(FrameHeader header, byte[] own) {
    this.header = header;
    this.own = own;
  }

  /**
   * The frame for copied frames like the given one.
   *
   * @param first the first frame's header
   * @param own the source's own frame, or no bytes
   */
  public static XingFrame before(FrameHeader first, byte[] own) {
    if (own.length > 0 && isXing(own)) {
      return new XingFrame(FrameHeader.at(own, 0), own);
    }
    // No checksum, no padding, and the lowest bitrate whose frame is large enough.
    FrameHeader header = new FrameHeader((first.word() | 0x10000) & ~0x200).withBitrateIndex(1);
    while (header.slotBytes() < TAG_BYTES) {
      header = header.withBitrateIndex(header.bitrateIndex() + 1);
    }
    return new XingFrame(header, new byte[0]);
  }

  /**
   * Where the name stands, which decides whether a frame is one of these; no checksum is before.
   */
  static int place(FrameHeader header, int offset) {
    return offset + FrameHeader.BYTES + header.sideInfoBytes();
  }

  private static boolean isXing(byte[] frame) {
    FrameHeader header = FrameHeader.at(frame, 0);
    return frame.length >= place(header, 0) + TAG_BYTES - EXTENSION
        && StreamCheck.isInfo(header, frame, 0)
        && !StreamCheck.isVbri(header, frame, 0);
  }

  /** The frame with the values still empty. */
  public byte[] placeholder() {
    return new byte[own.length > 0 ? own.length : header.frameBytes()];
  }

  /** Counts a frame that is copied. */
  public void add(byte[] frame, int offset, int length) {
    table.add(bytes);
    int kbps = frame[offset + 2] & 0xF0;
    variable |= table.frames() > 1 && kbps != firstKbps;
    firstKbps = table.frames() == 1 ? kbps : firstKbps;
    musicCrc = Crc16.ofMusic(musicCrc, frame, offset, length);
    bytes += length;
  }

  /**
   * Takes note of such a frame of the source that is left out in the middle, as in joined files.
   */
  public void skip(byte[] frame) {
    last = frame;
  }

  /**
   * Whether the source's own frame says how many samples at the start are not part of the audio.
   */
  public boolean statesDelay() {
    return extension(own).isPresent();
  }

  /** How many frames the source's own frame counts; 0 if it does not tell. */
  public long claimed() {
    ByteBuffer frame = ByteBuffer.wrap(own);
    int at = place(header, 0) + 4;
    boolean told = own.length > 0 && (frame.getInt(at) & FRAMES) != 0;
    return told ? frame.getInt(at + 4) & 0xFFFFFFFFL : 0;
  }

  /**
   * Samples of the frames that are not part of the audio; for the parameters of {@link #filled}.
   */
  public int outside(int delay, int discarded) {
    byte[] frame = filled(delay, discarded);
    return extension(frame).map(at -> (gap(frame, at) >> 12) + (gap(frame, at) & 0xFFF)).orElse(0);
  }

  /**
   * The frame with all values.
   *
   * @param delay samples at the start that are not part of the audio, {@value #DECODER_DELAY} to
   *     {@value #MOST_DELAY}; 0 if nothing is known
   * @param discarded samples at the end that are not part of the audio
   */
  public byte[] filled(int delay, int discarded) {
    if (own.length > 0) {
      return corrected();
    }
    byte[] frame = new byte[header.frameBytes()];
    header.put(frame, 0);
    ByteBuffer out = ByteBuffer.wrap(frame).position(place(header, 0));
    long all = bytes + frame.length;
    out.put((variable ? "Xing" : "Info").getBytes(StandardCharsets.ISO_8859_1));
    out.putInt(FRAMES | BYTES | TABLE | (delay > 0 ? QUALITY : 0)).putInt((int) table.frames());
    out.putInt((int) Math.min(all, 0xFFFFFFFFL)).put(table.toc(frame.length, all));
    if (delay > 0) {
      out.putInt(0).put("LAME".getBytes(StandardCharsets.ISO_8859_1));
      int at = place(header, 0) + TAG_BYTES - EXTENSION;
      putGap(frame, at, delay - DECODER_DELAY, discarded + DECODER_DELAY);
      sign(frame, at);
    }
    return frame;
  }

  /** The own frame; if it counts other frames than came, with the right counts and padding. */
  private byte[] corrected() {
    byte[] frame = own.clone();
    ByteBuffer out = ByteBuffer.wrap(frame);
    int at = place(header, 0) + 8;
    int flags = out.getInt(at - 4);
    // Some programs count the frame itself too.
    if ((flags & FRAMES) == 0 || Math.abs(out.getInt(at) - table.frames()) <= 1) {
      return frame;
    }
    out.putInt(at, (int) table.frames());
    at += 4;
    long all = bytes + frame.length;
    if ((flags & BYTES) != 0) {
      out.putInt(at, (int) Math.min(all, 0xFFFFFFFFL));
      at += 4;
    }
    if ((flags & TABLE) != 0) {
      out.put(at, table.toc(frame.length, all));
    }
    extension(own)
        .ifPresent(place -> {
          int padding = extension(last).map(end -> gap(last, end) & 0xFFF).orElse(DECODER_DELAY);
          putGap(frame, place, gap(own, place) >> 12, padding);
          sign(frame, place);
        });
    return frame;
  }

  /** Where LAME's extension begins, if the frame has it. */
  private static Optional<Integer> extension(byte[] frame) {
    if (frame.length < FrameHeader.BYTES || !isXing(frame)) {
      return Optional.empty();
    }
    int at = place(FrameHeader.at(frame, 0), 0) + 8;
    int flags = ByteBuffer.wrap(frame).getInt(at - 4);
    at += 4 * Integer.bitCount(flags & (FRAMES | BYTES | QUALITY));
    at += (flags & TABLE) == 0 ? 0 : 100;
    boolean named = at + EXTENSION <= frame.length && frame[at] == 'L';
    return named ? Optional.of(at) : Optional.empty(); // "LAME", "Lavc" or "Lavf"
  }

  private static int gap(byte[] frame, int extension) {
    return ByteBuffer.wrap(frame).getInt(extension + DELAY_AT - 1) & 0xFFFFFF;
  }

  private static void putGap(byte[] frame, int extension, int delay, int padding) {
    int gap = delay << 12 | Math.min(padding, 0xFFF);
    frame[extension + DELAY_AT] = (byte) (gap >> 16);
    frame[extension + DELAY_AT + 1] = (byte) (gap >> 8);
    frame[extension + DELAY_AT + 2] = (byte) gap;
  }

  private void sign(byte[] frame, int extension) {
    ByteBuffer out = ByteBuffer.wrap(frame);
    out.putInt(extension + CRC_AT - 6, (int) Math.min(bytes + frame.length, 0xFFFFFFFFL));
    out.putShort(extension + CRC_AT - 2, (short) musicCrc);
    out.putShort(extension + CRC_AT, (short) Crc16.ofMusic(0, frame, 0, extension + CRC_AT));
  }
}
