package io.tapedeck.tags;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads ID3v2.2, 2.3 and 2.4 at the beginning of a file and in the chunks of WAV and AIFF. ffmpeg
 * reads such tags too, but delivers only the first of several values, no addresses, and pictures
 * without those kinds it does not know. Any bytes end in what could be read up to them.
 */
final class Id3Reader {
  /**
   * A picture of the tag.
   *
   * @param type by ID3: 3 is the front cover, 4 the back cover
   */
  @SuppressWarnings("ArrayRecordComponent") // a picture, never compared
  record Attached(int type, String description, byte[] bytes) {}

  private static final int HEADER = 10;

  /** A larger picture is kept up to here, so that it can be seen to be too large. */
  static final int LARGEST_PICTURE = CoverArt.LARGEST + 1;

  /** Of all pictures of a file together. */
  private static final int MOST_PICTURES = 48 << 20;

  private static final int LARGEST = 48 << 20;

  /** Bytes of a text; the rest is cut off. */
  static final int LARGEST_TEXT = 256 << 10;

  private static final int MOST_TEXTS = 8 << 20;
  private static final int MOST_CHUNKS = 200;
  private static final int MOST_FRAMES = 2_000;
  private static final Pattern ID = Pattern.compile("[A-Z][A-Z0-9]{2,3}");

  /** The frames of ID3v2.2 that matter, and what they became. */
  private static final Map<String, String> NEW_NAMES =
      names(
          "TT1 TIT1 TT2 TIT2 TT3 TIT3 TP1 TPE1 TP2 TPE2 TP3 TPE3 TP4 TPE4 TCM TCOM TXT TEXT TLA TLAN"
              + " TCO TCON TAL TALB TPA TPOS TRK TRCK TRC TSRC TYE TYER TDA TDAT TIM TIME TBP TBPM"
              + " TPB TPUB TCR TCOP TCP TCMP TKE TKEY TEN TENC TS2 TSO2 TSA TSOA TSC TSOC TSP TSOP"
              + " TST TSOT TOR TORY TDS TDES TCT TCAT TKW TKWD PIC APIC COM COMM ULT USLT TXX TXXX"
              + " WAS WOAS WAF WOAF WAR WOAR WCM WCOM WCP WCOP WPB WPUB WXX WXXX PCS PCST");

  private final List<Statement> statements = new ArrayList<>();
  private final List<Attached> pictures = new ArrayList<>();
  private final int minor;
  private int textBytes;
  private int pictureBytes;

  private Id3Reader(int minor) {
    this.minor = minor;
  }

  private static Map<String, String> names(String pairs) {
    String[] all = pairs.split(" ");
    var names = new java.util.HashMap<String, String>();
    for (int i = 0; i < all.length; i += 2) {
      names.put(all[i], all[i + 1]);
    }
    return Map.copyOf(names);
  }

  /** The texts, with the names of ID3v2.4 and in the order of the tag. */
  List<Statement> statements() {
    return statements;
  }

  List<Attached> pictures() {
    return pictures;
  }

  /** How many bytes of pictures may still be kept. */
  int pictureRoom() {
    return MOST_PICTURES - pictureBytes;
  }

  /** Reads a file's tag; without one, there are no texts and no pictures. */
  static Id3Reader of(Path file) throws IOException {
    try (FileChannel in = FileChannel.open(file)) {
      byte[] head = bytes(in, 0, 12);
      String kind = new String(head, StandardCharsets.ISO_8859_1);
      long at = kind.startsWith("ID3") ? 0 : -1;
      if (kind.startsWith("RIFF") || kind.startsWith("RF64")) {
        at = chunk(in, ByteOrder.LITTLE_ENDIAN);
      } else if (kind.startsWith("FORM")) {
        at = chunk(in, ByteOrder.BIG_ENDIAN);
      }
      return at < 0 ? new Id3Reader(4) : of(in, at);
    }
  }

  private static Id3Reader of(FileChannel in, long at) throws IOException {
    byte[] head = bytes(in, at, HEADER);
    if (head.length < HEADER || head[0] != 'I' || head[1] != 'D' || head[2] != '3') {
      return new Id3Reader(4);
    }
    var reader = new Id3Reader(head[3]);
    int size = sevenBits(head, 6);
    if (head[3] >= 2 && head[3] <= 4 && size <= LARGEST) {
      try {
        reader.readAll(bytes(in, at + HEADER, size), head[5]);
      } catch (RuntimeException e) {
        // The tag is broken here; what was read before counts.
      }
    }
    return reader;
  }

  /** Where the chunk with a tag begins. */
  private static long chunk(FileChannel in, ByteOrder order) throws IOException {
    long at = 12;
    for (int i = 0; i < MOST_CHUNKS; i++) {
      byte[] head = bytes(in, at, 8);
      if (head.length < 8) {
        return -1;
      }
      String name = new String(head, 0, 4, StandardCharsets.ISO_8859_1);
      if (name.equalsIgnoreCase("ID3 ")) {
        return at + 8;
      }
      long size = ByteBuffer.wrap(head).order(order).getInt(4) & 0xFFFFFFFFL;
      at += 8 + size + (size & 1);
    }
    return -1;
  }

  /** The bytes from a position on, as many as there are. */
  static byte[] bytes(FileChannel in, long at, int length) throws IOException {
    int there = Math.clamp(in.size() - at, 0, length);
    ByteBuffer buffer = ByteBuffer.allocate(there);
    while (buffer.hasRemaining() && in.read(buffer, at + buffer.position()) >= 0) {
      // until the end
    }
    return buffer.hasRemaining()
        ? Arrays.copyOf(buffer.array(), buffer.position())
        : buffer.array();
  }

  private void readAll(byte[] body, int flags) {
    byte[] all = (flags & 0x80) != 0 && minor < 4 ? Id3Frame.synchronised(body) : body;
    int at = 0;
    if ((flags & 0x40) != 0 && minor > 2) { // the extended header
      at = minor == 4 ? sevenBits(all, 0) : 4 + ByteBuffer.wrap(all).getInt(0);
    }
    String[] date = {"", "", ""};
    for (int i = 0; i < MOST_FRAMES; i++) {
      Optional<Id3Frame> frame = Id3Frame.at(all, at, minor, (flags & 0x80) != 0, pictureRoom());
      if (frame.isEmpty()) {
        break;
      }
      at = frame.get().end();
      String id = NEW_NAMES.getOrDefault(frame.get().id(), frame.get().id());
      if (ID.matcher(id).matches() && id.length() == 4) {
        take(id, frame.get().body(), date);
      }
    }
    date(date);
  }

  private void take(String id, byte[] all, String[] date) {
    if (all.length > 0 && id.equals("APIC")) {
      picture(all);
      return;
    }
    byte[] body = Arrays.copyOf(all, Math.min(all.length, LARGEST_TEXT));
    textBytes += body.length;
    if (body.length == 0 || textBytes > MOST_TEXTS) {
      return;
    }
    switch (id) {
      case "TYER" -> date[0] = Id3Text.of(body, 1).first();
      case "TDAT" -> date[1] = Id3Text.of(body, 1).first();
      case "TIME" -> date[2] = Id3Text.of(body, 1).first();
      case "COMM", "USLT" -> {
        Id3Text text = Id3Text.of(body, 4);
        String language = new String(body, 1, 3, StandardCharsets.ISO_8859_1);
        statements.add(new Statement(id, text.first(), language, List.of(text.second())));
      }
      case "TXXX" -> {
        Id3Text text = Id3Text.of(body, 1);
        statements.add(new Statement(text.first(), "", "", text.behindFirst()));
      }
      case "WXXX" -> {
        Id3Text text = Id3Text.of(body, 1);
        statements.add(Statement.of("WXXX", text.second()));
      }
      case "PCST" -> statements.add(Statement.of("PODCAST", "1"));
      default -> {
        if (id.startsWith("T")) {
          statements.add(new Statement(id, "", "", Id3Text.of(body, 1).all()));
        } else if (id.startsWith("W")) {
          statements.add(Statement.of(id, Id3Text.latin(body, 0, body.length)));
        }
      }
    }
  }

  /** Year, day and month, hour and minute are three frames before ID3v2.4. */
  private void date(String[] date) {
    if (date[0].matches("\\d{4}")) {
      String day =
          date[1].matches("\\d{4}")
              ? "-" + date[1].substring(2) + "-" + date[1].substring(0, 2)
              : "";
      String time =
          !day.isEmpty() && date[2].matches("\\d{4}")
              ? "T" + date[2].substring(0, 2) + ":" + date[2].substring(2)
              : "";
      statements.add(Statement.of("TDRC", date[0] + day + time));
    }
  }

  private void picture(byte[] body) {
    int type = 1;
    if (minor == 2) {
      type += 3;
    } else {
      while (body[type++] != 0) {
        // the MIME type; the picture itself says better what it is
      }
    }
    // The description ends soon; what follows is the picture and no text.
    byte[] head = Arrays.copyOf(body, Math.min(body.length, type + 1 + LARGEST_TEXT));
    Id3Text description = Id3Text.of(head, type + 1);
    int from = description.endOfFirst();
    int size = Math.min(LARGEST_PICTURE, body.length - from);
    if (size <= pictureRoom()) {
      pictureBytes += size;
      byte[] picture = Arrays.copyOfRange(body, from, from + size);
      pictures.add(new Attached(body[type] & 0xFF, description.first(), picture));
    }
  }

  static int sevenBits(byte[] bytes, int at) {
    return (bytes[at] & 127) << 21
        | (bytes[at + 1] & 127) << 14
        | (bytes[at + 2] & 127) << 7
        | (bytes[at + 3] & 127);
  }
}
