package io.tapedeck.media;

import java.nio.charset.StandardCharsets;

/** The first bytes of a file; reads beyond them give zeros and shorter texts. */
final class Head {
  private final byte[] bytes;

  Head(byte[] bytes) {
    this.bytes = bytes;
  }

  int size() {
    return bytes.length;
  }

  int at(int index) {
    return index >= 0 && index < bytes.length ? bytes[index] & 255 : 0;
  }

  /** The big-endian number of {@code count} bytes, at most four. */
  long number(int from, int count) {
    long value = 0;
    for (int i = 0; i < count; i++) {
      value = (value << 8) | at(from + i);
    }
    return value;
  }

  String text(int from, int length) {
    return from >= bytes.length
        ? ""
        : new String(
            bytes, from, Math.min(length, bytes.length - from), StandardCharsets.ISO_8859_1);
  }

  /** Whether no byte is a control character other than those of texts. */
  boolean isText() {
    for (byte b : bytes) {
      if (b >= 0 && b < ' ' && b != '\n' && b != '\r' && b != '\t' && b != '\f') {
        return false;
      }
    }
    return bytes.length > 0;
  }

  /** Whether it begins with a byte order mark and a Latin character of two bytes. */
  boolean isUtf16() {
    return (number(0, 2) == 0xFFFE && at(3) == 0) || (number(0, 2) == 0xFEFF && at(2) == 0);
  }

  boolean has(int from, String text) {
    return text(from, text.length()).equals(text);
  }
}
