package io.tapedeck.tags;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A frame as it stands in a tag of ID3v2.
 *
 * @param body without what the flags add; empty if it cannot be read
 * @param end where the next frame begins
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record Id3Frame(String id, byte[] body, int end) {
  /**
   * The frame at a position; empty behind the last one.
   *
   * @param unsynchronised whether the tag says so of its frames
   * @param room bytes that a compressed picture may become; more is cut off, as of texts
   */
  static Optional<Id3Frame> at(byte[] all, int at, int minor, boolean unsynchronised, int room) {
    int header = minor == 2 ? 6 : 10;
    if (at < 0 || at > all.length - header || all[at] < 'A' || all[at] > 'Z') {
      return Optional.empty();
    }
    String id = new String(all, at, minor == 2 ? 3 : 4, StandardCharsets.ISO_8859_1);
    int size = size(all, at, minor);
    int from = at + header;
    if (size < 0 || size > all.length - from) {
      return Optional.empty();
    }
    int flags = minor == 2 ? 0 : all[at + 9];
    int most = id.endsWith("PIC") ? room : Id3Reader.LARGEST_TEXT;
    byte[] body =
        switch (minor) {
          case 3 -> of3(all, from, from + size, flags, most);
          case 4 -> of4(all, from, from + size, flags | (unsynchronised ? 2 : 0), most);
          default -> Arrays.copyOfRange(all, from, from + size);
        };
    return Optional.of(new Id3Frame(id, body, from + size));
  }

  private static int size(byte[] all, int at, int minor) {
    if (minor == 2) {
      return (all[at + 3] & 0xFF) << 16 | (all[at + 4] & 0xFF) << 8 | (all[at + 5] & 0xFF);
    }
    int plain = ByteBuffer.wrap(all).getInt(at + 4);
    if (minor == 3) {
      return plain;
    }
    // Old versions of iTunes write plain numbers into ID3v2.4 too.
    int seven = Id3Reader.sevenBits(all, at + 4);
    boolean isPlain =
        (plain & 0x80808080) != 0
            || (!follows(all, at + 10 + seven) && follows(all, at + 10 + plain));
    return isPlain ? plain : seven;
  }

  /** Whether a frame or the padding can begin here. */
  private static boolean follows(byte[] all, int at) {
    return at == all.length
        || (at > 0 && at < all.length && (all[at] == 0 || (all[at] >= 'A' && all[at] <= 'Z')));
  }

  private static byte[] of3(byte[] all, int from, int to, int flags, int most) {
    int skipped = ((flags & 0x80) != 0 ? 4 : 0) + ((flags & 0x20) != 0 ? 1 : 0);
    if ((flags & 0x40) != 0) {
      return new byte[0]; // encrypted
    }
    byte[] body = Arrays.copyOfRange(all, Math.min(from + skipped, to), to);
    return (flags & 0x80) != 0 ? inflated(body, most) : body;
  }

  private static byte[] of4(byte[] all, int from, int to, int flags, int most) {
    int skipped = ((flags & 0x40) != 0 ? 1 : 0) + ((flags & 0x01) != 0 ? 4 : 0);
    if ((flags & 0x04) != 0) {
      return new byte[0]; // encrypted
    }
    byte[] body = Arrays.copyOfRange(all, Math.min(from + skipped, to), to);
    if ((flags & 0x02) != 0) {
      body = synchronised(body);
    }
    return (flags & 0x08) != 0 ? inflated(body, most) : body;
  }

  /** Removes the zeros that were put behind each byte of ones; changes the given bytes. */
  static byte[] synchronised(byte[] raw) {
    int length = 0;
    for (int i = 0; i < raw.length; i++) {
      raw[length++] = raw[i];
      if (raw[i] == (byte) 0xFF && i + 1 < raw.length && raw[i + 1] == 0) {
        i++;
      }
    }
    return length == raw.length ? raw : Arrays.copyOf(raw, length);
  }

  private static byte[] inflated(byte[] body, int most) {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(body);
      var out = new ByteArrayOutputStream();
      byte[] buffer = new byte[1 << 13];
      int count = inflater.inflate(buffer);
      while (count > 0 && out.size() < most) {
        out.write(buffer, 0, Math.min(count, most - out.size()));
        count = inflater.inflate(buffer);
      }
      return out.toByteArray();
    } catch (DataFormatException e) {
      return new byte[0];
    } finally {
      inflater.end();
    }
  }
}
