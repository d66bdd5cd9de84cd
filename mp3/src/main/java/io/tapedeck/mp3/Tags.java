package io.tapedeck.mp3;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An ID3v2.4 tag, which stands before the first frame of an MP3. Usable without an encoder: {@link
 * #write} puts it before copied frames.
 *
 * @param texts text frames by their four letters, such as {@code TIT2} (title), {@code TPE1}
 *     (artist), {@code TALB} (album), {@code TDRC} (date), {@code TRCK} (track), {@code TCON}
 *     (genre); and {@code COMM}, a comment in no language in particular
 * @param cover the front cover, if there is one
 * @param chapters in the order of time
 */
public record Tags(Map<String, String> texts, Optional<Cover> cover, List<Chapter> chapters) {
  /** No tags; writes no byte. */
  public static final Tags NONE = new Tags(Map.of(), Optional.empty(), List.of());

  /** A quarter of what 28 bits of size allow; nobody wants to download more before the audio. */
  private static final int LARGEST = 64 << 20;

  private static final String COMMENT = "COMM";

  public Tags {
    texts = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(texts));
    chapters = List.copyOf(chapters);
    for (String id : texts.keySet()) {
      if (!id.matches("T[A-Z0-9]{3}|" + COMMENT) || id.equals("TXXX")) {
        throw new IllegalArgumentException("not the name of an ID3 text frame: " + id);
      }
    }
  }

  /**
   * A picture.
   *
   * @param mime {@code image/jpeg} or {@code image/png}
   * @param bytes of the file, at most 32 MiB; not copied
   */
  @SuppressWarnings("ArrayRecordComponent") // megabytes, never compared
  public record Cover(String mime, byte[] bytes) {
    public Cover {
      if (!mime.equals("image/jpeg") && !mime.equals("image/png")) {
        throw new IllegalArgumentException("a cover is image/jpeg or image/png, not " + mime);
      }
      if (bytes.length == 0 || bytes.length > 32 << 20) {
        throw new IllegalArgumentException(
            "a cover has 1 byte to 32 MiB, not " + bytes.length + " bytes");
      }
    }
  }

  /**
   * A part of the audio with a name.
   *
   * @param start from the beginning of the audio, below 49 days
   * @param end not before {@code start}
   */
  public record Chapter(Duration start, Duration end, String title) {
    public Chapter {
      if (start.isNegative() || end.compareTo(start) < 0 || end.toMillis() > 0xFFFFFFFEL) {
        throw new IllegalArgumentException(
            "a chapter cannot go from " + start + " to " + end + ": " + title);
      }
    }
  }

  /** The same tags with one more text frame; an empty value is left out. */
  public Tags with(String id, String value) {
    if (value.isBlank()) {
      return this;
    }
    var more = new LinkedHashMap<>(texts);
    more.put(id, value);
    return new Tags(more, cover, chapters);
  }

  /** The same tags with this cover. */
  public Tags with(Cover picture) {
    return new Tags(texts, Optional.of(picture), chapters);
  }

  /** The same tags with these chapters. */
  public Tags with(List<Chapter> parts) {
    return new Tags(texts, cover, parts);
  }

  /** The tag as bytes of the file; empty if there are no tags. */
  public byte[] toBytes() {
    return toBytes(0);
  }

  /** The tag with this many bytes kept free at its end, for values that are not known yet. */
  byte[] toBytes(int room) {
    var frames = new ByteArrayOutputStream();
    texts.forEach((id, value) ->
        frames.writeBytes(frame(id, id.equals(COMMENT) ? comment(value) : text(value))));
    cover.ifPresent(picture -> frames.writeBytes(frame("APIC", body(picture))));
    if (!chapters.isEmpty()) {
      frames.writeBytes(frame("CTOC", contents()));
      for (int i = 0; i < chapters.size(); i++) {
        frames.writeBytes(frame("CHAP", body(i, chapters.get(i))));
      }
    }
    if (frames.size() == 0) {
      return new byte[0];
    }
    if (frames.size() > LARGEST) {
      throw new IllegalArgumentException(
          "tags of " + frames.size() + " bytes are too large; use a smaller cover");
    }
    var tag = new ByteArrayOutputStream();
    tag.writeBytes(new byte[] {'I', 'D', '3', 4, 0, 0});
    tag.writeBytes(sevenBits(frames.size() + room));
    tag.writeBytes(frames.toByteArray());
    tag.writeBytes(new byte[room]);
    return tag.toByteArray();
  }

  /** Writes {@link #toBytes} at the channel's position. */
  public void write(WritableByteChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(toBytes());
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  static byte[] frame(String id, byte[] body) {
    return joined(latin(id), sevenBits(body.length), new byte[2], body);
  }

  /** UTF-8. Zeros are removed, because a zero would begin a second value. */
  static byte[] text(String value) {
    return joined(new byte[] {3}, utf(value));
  }

  /** UTF-8, the language code for unknown, no description. */
  private static byte[] comment(String value) {
    return joined(new byte[] {3, 'X', 'X', 'X', 0}, utf(value));
  }

  /** A text frame with a custom name, which contains no zero. */
  static byte[] text(String name, String value) {
    return joined(new byte[] {3}, utf(name), new byte[1], utf(value));
  }

  private static byte[] utf(String value) {
    return value.replace("\0", "").getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] body(Cover cover) {
    // Latin-1, MIME type, front cover, no description.
    return joined(new byte[1], latin(cover.mime()), new byte[] {0, 3, 0}, cover.bytes());
  }

  /** The first 255 chapters by name, because the count has one byte. Ordered, top level. */
  private byte[] contents() {
    int count = Math.min(255, chapters.size());
    var parts = new ArrayList<byte[]>();
    parts.add(latin("toc\0"));
    parts.add(new byte[] {3, (byte) count});
    for (int i = 0; i < count; i++) {
      parts.add(latin("ch" + i + "\0"));
    }
    return joined(parts.toArray(byte[][]::new));
  }

  private static byte[] body(int index, Chapter chapter) {
    ByteBuffer times = ByteBuffer.allocate(16);
    times.putInt((int) chapter.start().toMillis()).putInt((int) chapter.end().toMillis());
    times.putInt(-1).putInt(-1); // no byte offsets: the times are valid
    return joined(latin("ch" + index + "\0"), times.array(), frame("TIT2", text(chapter.title())));
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
