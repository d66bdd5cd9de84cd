package io.tapedeck.media;

import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import java.nio.file.Path;
import java.util.Locale;

/** Says what a file is that cannot be converted, as far as its first bytes tell. */
final class NotMedia {
  private NotMedia() {}

  /** Refuses what is plainly no audio and no video, or a kind for which there is no decoder. */
  static void refuse(Head head) {
    String known = known(head);
    if (!known.isEmpty()) {
      throw new Refusal(Code.UNSUPPORTED_CONTAINER, known);
    }
    if (head.has(0, "DKIF") || head.has(0, "YUV4MPEG2")) {
      throw new Refusal(
          Code.NO_AUDIO_TRACK,
          (head.has(0, "D") ? "IVF" : "YUV4MPEG2") + " files hold pictures and no audio");
    }
    int two = (int) head.number(0, 2);
    boolean ac4 = (two == 0xAC40 || two == 0xAC41) && head.number(2, 2) != 0;
    if (ac4 || head.has(0, "OFR ")) {
      throw new Refusal(
          Code.UNSUPPORTED_CODEC,
          "the audio is " + (ac4 ? "AC-4" : "OptimFROG") + ", for which ffmpeg has no decoder");
    }
  }

  private static String known(Head head) {
    String text = head.text(0, head.size()).stripLeading();
    String start = text.substring(0, Math.min(text.length(), 20)).toLowerCase(Locale.ROOT);
    if (start.startsWith("#extm3u")
        || start.startsWith("ffconcat")
        || start.startsWith("[playlist]")
        || start.startsWith("[reference]")
        || start.startsWith("v=0")
        || start.matches("(?s)(rtsp|pnm|mms|https?)://.*")
        || text.contains("<MPD")) {
      return "it is a playlist, which only names other files";
    }
    if (start.startsWith("<")) {
      return "it is a web page or another text with tags";
    }
    if (head.isText() || head.isUtf16()) {
      return "it is a text file";
    }
    return switch (head.text(0, 3)) {
      case "\377\330\377", "\211PN", "GIF", "II*", "MM\0" -> "it is a picture";
      case "RIF" -> head.has(8, "WEBP") ? "it is a picture" : "";
      case "%PD" -> "it is a PDF document";
      case "PK\3", "Rar", "7z\274", "\37\213\10", "BZh", "\3757z" ->
          "it is an archive; take the video out of it first";
      case "MTh" -> "it is MIDI, which holds notes and no audio";
      default ->
          head.number(4, 4) == 0x57907536L
              ? "it is an Audible book, which is protected"
              : head.has(0, "\3ds2") ? "it is DS2 dictation, for which ffmpeg has no decoder" : "";
    };
  }

  /** Telephony files without any header look like noise; their names at least tell what to do. */
  static Refusal named(Refusal unknown, Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return name.matches(".*\\.(g722|g726|g729|gsm|ul|al|ulaw|alaw|sln|pcm|raw)")
        ? new Refusal(
            unknown.code(),
            unknown.problem().detail()
                + "; bare "
                + name.replaceFirst(".*\\.", "")
                + " has no header that names it, so put it into WAV first")
        : unknown;
  }
}
