package io.tapedeck.gateway;

import io.tapedeck.core.Conversion;
import io.tapedeck.core.Video;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;

/** Cleans the file names that clients send, and writes file names for downloads. */
final class FileNames {
  private static final String NAMELESS = "video";

  /** The characters that are not safe in every quoted file name; an underscore replaces them. */
  private static final String UNSAFE = "[^A-Za-z0-9 !#$&'()+,.;=@^_`{}~-]";

  private static final String ATTR_CHARS = "!#$&+-.^_`|~";

  private FileNames() {}

  /**
   * The last part of a path of any system, without control characters or marks that change the
   * direction of writing. It has at most {@value Video#LONGEST_NAME} characters; the extension is
   * kept.
   */
  static String clean(String name) {
    String last = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
    String plain =
        Normalizer.normalize(last, Normalizer.Form.NFC)
            .replaceAll("[\\p{Cc}\\p{Cs}\\u2028-\\u202E\\u2066-\\u2069\\uFEFF]", "")
            .strip();
    String kept = shortened(plain);
    return kept.isEmpty() || kept.matches("\\.+") ? NAMELESS : kept;
  }

  private static String shortened(String name) {
    if (name.length() <= Video.LONGEST_NAME) {
      return name;
    }
    int dot = name.lastIndexOf('.');
    String ending = dot > 0 && name.length() - dot <= 10 ? name.substring(dot) : "";
    int cut = Video.LONGEST_NAME - ending.length();
    // A character outside the basic plane has two chars; half of it is not a character.
    return name.substring(0, Character.isHighSurrogate(name.charAt(cut - 1)) ? cut - 1 : cut)
        + ending;
  }

  /** The name of the MP3 made of this video: {@code talk.mp4} gives {@code talk.mp3}. */
  static String mp3(String video) {
    int dot = video.lastIndexOf('.');
    return (dot > 0 ? video.substring(0, dot) : video) + ".mp3";
  }

  /** The name of a conversion's MP3. */
  static String mp3(Conversion conversion) {
    return mp3(conversion.video().name());
  }

  /** Content-Disposition for a download (RFC 6266), with the name in RFC 8187 form if necessary. */
  static String attachment(String name) {
    String ascii =
        Normalizer.normalize(name, Normalizer.Form.NFD)
            .replaceAll("\\p{M}", "")
            .replaceAll(UNSAFE, "_");
    String plain = "attachment; filename=\"" + ascii + "\"";
    return ascii.equals(name) ? plain : plain + "; filename*=UTF-8''" + percent(name);
  }

  private static String percent(String name) {
    StringBuilder out = new StringBuilder();
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain = c < 128 && (Character.isLetterOrDigit(c) || ATTR_CHARS.indexOf(c) >= 0);
      out.append(plain ? String.valueOf(c) : "%%%02X".formatted((int) c));
    }
    return out.toString();
  }
}
