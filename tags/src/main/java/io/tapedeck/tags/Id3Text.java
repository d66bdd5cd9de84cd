package io.tapedeck.tags;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The texts of a frame, with a zero between them. Bytes that are no text in the encoding that the
 * frame claims become one character each, for {@link OldText}.
 *
 * @param all at least one
 * @param endOfFirst where the second text begins
 */
record Id3Text(List<String> all, int endOfFirst) {
  private static final int MOST_VALUES = 100;

  /**
   * Reads a frame.
   *
   * @param body begins with the byte for the encoding
   * @param from where the texts begin
   */
  static Id3Text of(byte[] body, int from) {
    int encoding = body[0];
    int wide = encoding == 1 || encoding == 2 ? 2 : 1;
    List<String> all = new ArrayList<>();
    int endOfFirst = body.length;
    int start = Math.min(from, body.length);
    while (all.size() < MOST_VALUES && (start < body.length || all.isEmpty())) {
      int end = start;
      while (end + wide <= body.length && !(body[end] == 0 && (wide == 1 || body[end + 1] == 0))) {
        end += wide;
      }
      int stop = Math.min(end, body.length);
      all.add(text(body, start, stop - start, encoding));
      start = Math.min(body.length, end + wide);
      endOfFirst = all.size() == 1 ? start : endOfFirst;
    }
    return new Id3Text(List.copyOf(all), endOfFirst);
  }

  private static String text(byte[] body, int at, int length, int encoding) {
    if (encoding == 1 || encoding == 2) {
      boolean marked = length >= 2 && (body[at] & 0xFF) + (body[at + 1] & 0xFF) == 0xFF + 0xFE;
      boolean big = marked ? body[at] == (byte) 0xFE : encoding == 2;
      int skipped = marked ? 2 : 0;
      Charset charset = big ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_16LE;
      return new String(body, at + skipped, length - skipped, charset);
    }
    if (encoding == 3) {
      try {
        return StandardCharsets.UTF_8
            .newDecoder()
            .decode(ByteBuffer.wrap(body, at, length))
            .toString();
      } catch (CharacterCodingException e) {
        return latin(body, at, length);
      }
    }
    return latin(body, at, length);
  }

  static String latin(byte[] body, int at, int length) {
    return new String(body, at, length, StandardCharsets.ISO_8859_1).replace("\0", "");
  }

  String first() {
    return all.getFirst();
  }

  /** The text behind the first one; a zero in it is taken as a line's end. */
  String second() {
    return String.join("\n", behindFirst());
  }

  List<String> behindFirst() {
    return all.size() > 1 ? all.subList(1, all.size()) : List.of("");
  }
}
