package io.tapedeck.tags;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Writes {@link Tags} as the bytes that stand before the first frame of an MP3.
 *
 * <p>ID3v2.4 holds UTF-8. ID3v2.3 holds ASCII where the text is ASCII, and else UTF-16 with its
 * byte order mark; its sizes are plain numbers. Neither is unsynchronised: every reader skips the
 * tag by its size, and readers that undo it wrongly are more than readers that need it.
 *
 * @param minor the minor version, 3 or 4
 */
public record Id3v2(int minor) {
  /** A quarter of what 28 bits of size allow; nobody wants to download more before the audio. */
  private static final int LARGEST = 64 << 20;

  private static final int HEADER = 10;

  /** The table of contents counts chapters in one byte. */
  static final int MOST_CHAPTERS = 255;

  private static final int LATIN_1 = 0;
  private static final int UTF_16 = 1;
  private static final int UTF_8 = 3;
  private static final byte[] ORDER_MARK = {(byte) 0xFF, (byte) 0xFE};

  /**
   * The tag.
   *
   * @param room bytes to keep free at its end, for values that are not known yet
   */
  public byte[] bytes(Tags tags, int room) {
    byte[] frames = frames(tags);
    return frames.length == 0 ? frames : tag(frames, frames.length + room);
  }

  /** The tag in exactly as many bytes as an earlier one with less in it; the rest are zeros. */
  public byte[] bytesIn(int size, Tags tags) {
    return size == 0 ? new byte[0] : tag(frames(tags), size - HEADER);
  }

  private byte[] tag(byte[] frames, int size) {
    if (size > LARGEST || frames.length > size) {
      throw new IllegalArgumentException(
          "tags of " + frames.length + " bytes are too large; use a smaller cover");
    }
    return joined(
        new byte[] {'I', 'D', '3', (byte) minor, 0, 0},
        sevenBits(size),
        frames,
        new byte[size - frames.length]);
  }

  private byte[] frames(Tags tags) {
    var out = new ByteArrayOutputStream();
    for (Tags.Frame frame : tags.frames()) {
      out.writeBytes(frame(frame));
    }
    tags.cover().ifPresent(picture -> out.writeBytes(frame("APIC", body(picture))));
    if (!tags.chapters().isEmpty()) {
      List<Tags.Chapter> parts =
          tags.chapters().subList(0, Math.min(MOST_CHAPTERS, tags.chapters().size()));
      out.writeBytes(frame("CTOC", contents(parts.size())));
      for (int i = 0; i < parts.size(); i++) {
        out.writeBytes(frame("CHAP", body(i, parts.get(i))));
      }
    }
    return out.toByteArray();
  }

  private byte[] frame(Tags.Frame frame) {
    return switch (frame) {
      case Tags.Frame.Text text -> text(text);
      case Tags.Frame.Custom(String name, String value) -> frame("TXXX", texts("", name, value));
      case Tags.Frame.Remark(String id, String language, String name, String text) ->
          frame(id, texts(language, name, text));
      case Tags.Frame.Link(String id, String address) -> frame(id, latin(address));
      case Tags.Frame.Podcast() -> frame("PCST", new byte[4]);
    };
  }

  private byte[] text(Tags.Frame.Text text) {
    if (minor == 4) {
      return frame(text.id(), joined(new byte[] {UTF_8}, utf8(text.values())));
    }
    var out = new ByteArrayOutputStream();
    for (Tags.Frame.Text older : Id3v23.frames(text)) {
      out.writeBytes(frame(older.id(), texts("", String.join("; ", older.values()))));
    }
    return out.toByteArray();
  }

  /** Several values with a zero between them. */
  private static byte[] utf8(List<String> values) {
    return String.join("\0", values.stream().map(Id3v2::whole).toList())
        .getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Texts of one frame, in one encoding, which is its first byte; a zero ends all but the last.
   *
   * @param language stands between the encoding and the texts
   */
  private byte[] texts(String language, String... texts) {
    List<String> all = Arrays.stream(texts).map(Id3v2::whole).toList();
    boolean ascii = all.stream().allMatch(text -> text.chars().allMatch(c -> c < 0x80));
    int encoding = minor == 4 ? UTF_8 : ascii ? LATIN_1 : UTF_16;
    var out = new ByteArrayOutputStream();
    out.write(encoding);
    out.writeBytes(latin(language));
    for (int i = 0; i < all.size(); i++) {
      out.writeBytes(
          encoding == UTF_16 ? utf16(all.get(i)) : all.get(i).getBytes(StandardCharsets.UTF_8));
      if (i < all.size() - 1) {
        out.writeBytes(new byte[encoding == UTF_16 ? 2 : 1]);
      }
    }
    return out.toByteArray();
  }

  private static byte[] utf16(String text) {
    return joined(ORDER_MARK, text.getBytes(StandardCharsets.UTF_16LE));
  }

  private static String whole(String text) {
    return text.replace("\0", "");
  }

  private static byte[] body(Tags.Cover cover) {
    // Latin-1, MIME type, front cover, no description.
    return joined(new byte[1], latin(cover.mime()), new byte[] {0, 3, 0}, cover.bytes());
  }

  /** Ordered, top level. */
  private static byte[] contents(int count) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(latin("toc\0"));
    out.writeBytes(new byte[] {3, (byte) count});
    for (int i = 0; i < count; i++) {
      out.writeBytes(latin(name(i)));
    }
    return out.toByteArray();
  }

  /** The chapter's number: players show this where a chapter has no title. */
  private static String name(int index) {
    return (index + 1) + "\0";
  }

  private byte[] body(int index, Tags.Chapter chapter) {
    ByteBuffer times = ByteBuffer.allocate(16);
    times.putInt((int) chapter.start().toMillis()).putInt((int) chapter.end().toMillis());
    times.putInt(-1).putInt(-1); // no byte offsets: the times are valid
    byte[] title =
        chapter.title().isEmpty() ? new byte[0] : frame("TIT2", texts("", chapter.title()));
    return joined(latin(name(index)), times.array(), title);
  }

  private byte[] frame(String id, byte[] body) {
    byte[] size =
        minor == 4 ? sevenBits(body.length) : ByteBuffer.allocate(4).putInt(body.length).array();
    return joined(latin(id), size, new byte[2], body);
  }

  private static byte[] sevenBits(int size) {
    return new byte[] {
      (byte) (size >> 21 & 0x7F),
      (byte) (size >> 14 & 0x7F),
      (byte) (size >> 7 & 0x7F),
      (byte) (size & 0x7F)
    };
  }

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] joined(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
