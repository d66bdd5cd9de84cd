package io.tapedeck.tags;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes the 128 bytes that old players look for behind the audio: Latin-1, at most 30 characters a
 * field. Other letters are written as Latin ones where that is usual, and else as question marks.
 */
public final class Id3v1 {
  /** The size of the tag. */
  public static final int BYTES = 128;

  private static final int NO_GENRE = 255;
  private static final Pattern TRACK = Pattern.compile("0*(\\d{1,3})(?:/.*)?");

  private static final Map<String, String> LATIN =
      Map.ofEntries(
          Map.entry("’", "'"),
          Map.entry("‘", "'"),
          Map.entry("“", "\""),
          Map.entry("”", "\""),
          Map.entry("„", "\""),
          Map.entry("–", "-"),
          Map.entry("—", "-"),
          Map.entry("…", "..."),
          Map.entry("€", "EUR"),
          Map.entry("œ", "oe"),
          Map.entry("Œ", "OE"),
          Map.entry("ł", "l"),
          Map.entry("Ł", "L"),
          Map.entry("đ", "d"),
          Map.entry("Đ", "D"),
          Map.entry("ı", "i"),
          Map.entry("ё", "e"),
          Map.entry("й", "j"));

  /** The letters from а to я, and after them those of Greek from α to ω. */
  private static final List<String> CYRILLIC =
      List.of(
          "a b v g d e zh z i j k l m n o p r s t u f kh ts ch sh shch - y - e yu ya".split(" "));

  private static final List<String> GREEK =
      List.of("a v g d e z i th i k l m n x o p r s s t y f ch ps o".split(" "));

  private Id3v1() {}

  /** The tag. */
  public static byte[] bytes(Tags tags) {
    ByteBuffer out = ByteBuffer.allocate(BYTES);
    out.put(new byte[] {'T', 'A', 'G'});
    put(out, tags.first("TIT2").orElse(""), 30);
    put(out, tags.first("TPE1").orElse(""), 30);
    put(out, tags.first("TALB").orElse(""), 30);
    put(out, tags.first("TDRC").flatMap(Id3v23::year).orElse(""), 4);
    Matcher track = TRACK.matcher(tags.first("TRCK").orElse(""));
    int number = track.matches() ? Integer.parseInt(track.group(1)) : 0;
    boolean numbered = number > 0 && number < 256;
    put(out, comment(tags), numbered ? 28 : 30);
    if (numbered) {
      out.put((byte) 0).put((byte) number);
    }
    out.put((byte) (int) tags.first("TCON").flatMap(Genres::number).orElse(NO_GENRE));
    return out.array();
  }

  private static String comment(Tags tags) {
    return tags.frames().stream()
        .filter(frame -> frame instanceof Tags.Frame.Remark remark && remark.id().equals("COMM"))
        .map(frame -> ((Tags.Frame.Remark) frame).text())
        .findFirst()
        .orElse("");
  }

  private static void put(ByteBuffer out, String text, int length) {
    byte[] bytes = latin(text).getBytes(StandardCharsets.ISO_8859_1);
    int end = out.position() + length;
    out.put(bytes, 0, Math.min(bytes.length, length));
    out.position(end);
  }

  /** The text in Latin-1. */
  static String latin(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints().forEach(c -> out.append(latin(c)));
    return out.toString();
  }

  private static String latin(int c) {
    String own = Character.toString(c);
    if (c == 0 || c == '\n' || c == '\r') {
      return c == 0 ? "" : " ";
    }
    if (c <= 0xFF) {
      return own;
    }
    String small = own.toLowerCase(java.util.Locale.ROOT);
    String letter = LATIN.getOrDefault(own, LATIN.getOrDefault(small, ""));
    int plain = Normalizer.normalize(small, Normalizer.Form.NFD).codePointAt(0);
    if (letter.isEmpty() && plain >= 'а' && plain <= 'я') {
      letter = CYRILLIC.get(plain - 'а').replace("-", "'");
    } else if (letter.isEmpty() && plain >= 'α' && plain <= 'ω') {
      letter = GREEK.get(plain - 'α');
    } else if (letter.isEmpty() && plain < 0x80) {
      letter = Character.toString(plain);
    }
    boolean upper = !own.equals(small) && !letter.isEmpty() && !LATIN.containsKey(own);
    return letter.isEmpty()
        ? "?"
        : upper ? Character.toUpperCase(letter.charAt(0)) + letter.substring(1) : letter;
  }
}
