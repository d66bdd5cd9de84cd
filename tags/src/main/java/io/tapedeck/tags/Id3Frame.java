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
  private static final int LARGEST_INFLATED = 16 << 20;

  /**
   * The frame at a position; empty behind the last one.
   *
   * @param unsynchronised whether the tag says so of its frames
   */
  static Optional<Id3Frame> at(byte[] all, int at, int minor, boolean unsynchronised) {
    int header = minor == 2 ? 6 : 10;
    if (at < 0 || at + header > all.length || all[at] < 'A' || all[at] > 'Z') {
      return Optional.empty();
    }
    String id = new String(all, at, minor == 2 ? 3 : 4, StandardCharsets.ISO_8859_1);
    int size = size(all, at, minor);
    int from = at + header;
    if (size < 0 || size > all.length - from) {
      return Optional.empty();
    }
    byte[] raw = Arrays.copyOfRange(all, from, from + size);
    int flags = minor == 2 ? 0 : all[at + 9];
    byte[] body =
        switch (minor) {
          case 3 -> of3(raw, flags);
          case 4 -> of4(raw, flags, unsynchronised);
          default -> raw;
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

  private static byte[] of3(byte[] raw, int flags) {
    int skipped = ((flags & 0x80) != 0 ? 4 : 0) + ((flags & 0x20) != 0 ? 1 : 0);
    byte[] body = behind(raw, skipped);
    return (flags & 0x40) != 0 ? new byte[0] : (flags & 0x80) != 0 ? inflated(body) : body;
  }

  private static byte[] of4(byte[] raw, int flags, boolean unsynchronised) {
    int skipped = ((flags & 0x40) != 0 ? 1 : 0) + ((flags & 0x01) != 0 ? 4 : 0);
    byte[] body = behind(raw, skipped);
    if ((flags & 0x02) != 0 || unsynchronised) {
      body = synchronised(body);
    }
    return (flags & 0x04) != 0 ? new byte[0] : (flags & 0x08) != 0 ? inflated(body) : body;
  }

  private static byte[] behind(byte[] raw, int skipped) {
    return Arrays.copyOfRange(raw, Math.min(skipped, raw.length), raw.length);
  }

  /** Removes the zeros that were put behind each byte of ones. */
  static byte[] synchronised(byte[] raw) {
    byte[] out = new byte[raw.length];
    int length = 0;
    for (int i = 0; i < raw.length; i++) {
      out[length++] = raw[i];
      if (raw[i] == (byte) 0xFF && i + 1 < raw.length && raw[i + 1] == 0) {
        i++;
      }
    }
    return Arrays.copyOf(out, length);
  }

  private static byte[] inflated(byte[] body) {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(body);
      var out = new ByteArrayOutputStream();
      byte[] buffer = new byte[1 << 13];
      int count = inflater.inflate(buffer);
      while (count > 0 && out.size() < LARGEST_INFLATED) {
        out.write(buffer, 0, count);
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
