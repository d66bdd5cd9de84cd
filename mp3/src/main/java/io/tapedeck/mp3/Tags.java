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
 * What an MP3 says of itself before the first frame: an ID3v2.4 tag. Usable without an encoder:
 * {@link #write} puts it before frames that were copied.
 *
 * @param texts text frames by their four letters, such as {@code TIT2} (title), {@code TPE1}
 *     (artist), {@code TALB} (album), {@code TDRC} (date), {@code TRCK} (track), {@code TCON}
 *     (genre); and {@code COMM}, a comment in no language in particular
 * @param cover the front cover, if there is one
 * @param chapters in the order of time
 */
public record Tags(Map<String, String> texts, Optional<Cover> cover, List<Chapter> chapters) {
  /** Nothing to say; writes no byte. */
  public static final Tags NONE = new Tags(Map.of(), Optional.empty(), List.of());

  /** The size of a tag has 28 bits; nobody wants to download a quarter of that before the audio. */
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

  /** The same with a text frame more; an empty value says nothing and is left out. */
  public Tags with(String id, String value) {
    if (value.isBlank()) {
      return this;
    }
    var more = new LinkedHashMap<>(texts);
    more.put(id, value);
    return new Tags(more, cover, chapters);
  }

  /** The same with this cover. */
  public Tags with(Cover picture) {
    return new Tags(texts, Optional.of(picture), chapters);
  }

  /** The same with these chapters. */
  public Tags with(List<Chapter> parts) {
    return new Tags(texts, cover, parts);
  }

  /** The tag as it stands in the file; empty when there is nothing to say. */
  public byte[] toBytes() {
    return toBytes(0);
  }

  /** The same with so many bytes kept free at its end, for what is not known yet. */
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

  /** Writes {@link #toBytes} where the channel stands. */
  public void write(WritableByteChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(toBytes());
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  static byte[] frame(String id, byte[] body) {
    return joined(latin(id), sevenBits(body.length), new byte[2], body);
  }

  /** UTF-8. A zero would begin a second value, so there is none. */
  static byte[] text(String value) {
    return joined(new byte[] {3}, utf(value));
  }

  /** UTF-8, a language nobody knows, no description. */
  private static byte[] comment(String value) {
    return joined(new byte[] {3, 'X', 'X', 'X', 0}, utf(value));
  }

  /** With a name of one's own, which holds no zero. */
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

  /** The first 255 chapters by name: the count has one byte. Ordered, top level. */
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
    times.putInt(-1).putInt(-1); // no byte offsets: times count
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
