package io.tapedeck.media;

import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The accepted kinds of file. The first bytes of a file decide its kind; its name does not matter.
 * Each kind names the demuxers that may open it, so a file that begins like a video cannot be read
 * as a playlist.
 */
public enum Container {
  MP4("mov,mp4,m4a,3gp,3g2,mj2"),
  MATROSKA("matroska,webm"),
  AVI("avi"),
  FLV("flv"),
  MPEG_TS("mpegts"),
  MPEG_PS("mpeg,mpegvideo"),
  ASF("asf"),
  OGG("ogg"),
  WAV("wav,w64"),
  AIFF("aiff"),
  CAF("caf"),
  FLAC("flac"),
  AU("au"),
  AMR("amr"),
  WAVPACK("wv"),
  BARE("mp3,aac,ac3,eac3,dts");

  private static final int HEAD = 8_192;

  /** ID3 tags before the audio; some programs write several of them. */
  private static final int MOST_TAGS = 4;

  private final String demuxers;

  Container(String demuxers) {
    this.demuxers = demuxers;
  }

  /** The demuxers for ffmpeg's {@code -format_whitelist}. */
  public String demuxers() {
    return demuxers;
  }

  /** Whether a seek by timestamp keeps the sample count exact. */
  public boolean seeksExactly() {
    return this == MP4 || this == MATROSKA;
  }

  /**
   * Recognises the kind by the beginning of the file.
   *
   * @throws Refusal {@link Code#EMPTY_FILE} or {@link Code#UNSUPPORTED_CONTAINER}
   */
  public static Container of(Path file) throws IOException {
    byte[] head;
    byte[] behind;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(HEAD);
      behind = behindTags(head, in);
    }
    return ascii(behind, 0, 4).equals("fLaC") ? FLAC : of(head);
  }

  /** The size of an ID3v2 tag: 10 bytes of header, and the length in four bytes of 7 bits each. */
  private static int tagBytes(byte[] head) {
    int size = 10;
    for (int i = 6; i < 10 && i < head.length; i++) {
      size += (head[i] & 0x7F) << (7 * (9 - i));
    }
    return size;
  }

  /** The bytes behind the ID3 tags; none if a tag claims more bytes than the file has. */
  private static byte[] behindTags(byte[] head, InputStream in) throws IOException {
    byte[] behind = head;
    try {
      for (int tags = 0; tags < MOST_TAGS && ascii(behind, 0, 3).equals("ID3"); tags++) {
        in.skipNBytes(Math.max(0, tagBytes(behind) - behind.length));
        behind = rest(behind, tagBytes(behind), in);
      }
      return behind;
    } catch (EOFException e) {
      return new byte[0];
    }
  }

  private static byte[] rest(byte[] head, int from, InputStream in) throws IOException {
    byte[] kept = from < head.length ? Arrays.copyOfRange(head, from, head.length) : new byte[0];
    byte[] more = in.readNBytes(HEAD - kept.length);
    byte[] all = Arrays.copyOf(kept, kept.length + more.length);
    System.arraycopy(more, 0, all, kept.length, more.length);
    return all;
  }

  public static Container of(byte[] head) {
    if (head.length == 0) {
      throw new Refusal(Code.EMPTY_FILE, "the file has no bytes");
    }
    Container kind = byMagic(head);
    if (kind == null) {
      throw new Refusal(Code.UNSUPPORTED_CONTAINER, whyNot(head));
    }
    return kind;
  }

  private static @Nullable Container byMagic(byte[] head) {
    return switch (ascii(head, 0, 4)) {
      case "RIFF", "RF64", "BW64" -> ascii(head, 8, 4).startsWith("AVI") ? AVI : wave(head);
      case "OggS" -> OGG;
      case "fLaC" -> FLAC;
      case "FORM" -> ascii(head, 8, 3).equals("AIF") ? AIFF : null;
      case "caff" -> CAF;
      case ".snd" -> AU;
      case "wvpk" -> WAVPACK;
      case "#!AM" -> AMR;
      case "FLV\1" -> FLV;
      case "\32\105\337\243" -> MATROSKA;
      case "\0\0\1\272", "\0\0\1\263" -> MPEG_PS;
      case "\60\46\262\165" -> ASF;
      case "riff" -> WAV;
      default -> byShape(head);
    };
  }

  private static @Nullable Container wave(byte[] head) {
    return ascii(head, 8, 4).equals("WAVE") ? WAV : null;
  }

  private static @Nullable Container byShape(byte[] head) {
    return switch (ascii(head, 4, 4)) {
      case "ftyp", "moov", "mdat", "free", "skip", "wide", "pnot", "styp", "moof" -> MP4;
      default -> transportStream(head) ? MPEG_TS : bare(head) ? BARE : null;
    };
  }

  /** Packets of 188, 192 (with a time code) or 204 (with check bytes) begin with 0x47. */
  private static boolean transportStream(byte[] head) {
    for (int size : new int[] {188, 192, 204}) {
      for (int start = 0; start < size; start++) {
        int packets = 0;
        for (int at = start; at < head.length && head[at] == 0x47; at += size) {
          packets++;
        }
        if (packets >= 3 && start + packets * size >= Math.min(head.length, 5 * size)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean bare(byte[] head) {
    if (ascii(head, 0, 3).equals("ID3")) {
      return true;
    }
    int two = head.length < 2 ? 0 : ((head[0] & 255) << 8) | (head[1] & 255);
    boolean mpegAudio = (two & 0xffe0) == 0xffe0 && (two & 0x0018) != 0x0008;
    boolean ac3 = two == 0x0b77;
    boolean dts = two == 0x7ffe || two == 0xfe7f;
    return mpegAudio || ac3 || dts;
  }

  private static String whyNot(byte[] head) {
    String text = new String(head, StandardCharsets.ISO_8859_1).stripLeading();
    String start = text.substring(0, Math.min(text.length(), 20)).toLowerCase(Locale.ROOT);
    if (start.startsWith("#extm3u")
        || start.startsWith("ffconcat")
        || start.startsWith("[playlist]")
        || start.startsWith("v=0")
        || text.contains("<MPD")) {
      return "it is a playlist, which only names other files";
    }
    if (start.startsWith("<")) {
      return "it is a web page or another text with tags";
    }
    if (looksLikeText(head)) {
      return "it is a text file";
    }
    return "its first bytes are not those of a known kind of video or audio";
  }

  private static boolean looksLikeText(byte[] head) {
    for (byte b : head) {
      if (b >= 0 && b < ' ' && b != '\n' && b != '\r' && b != '\t' && b != '\f') {
        return false;
      }
    }
    return true;
  }

  private static String ascii(byte[] head, int from, int length) {
    if (from >= head.length) {
      return "";
    }
    return new String(
        head, from, Math.min(length, head.length - from), StandardCharsets.ISO_8859_1);
  }
}
