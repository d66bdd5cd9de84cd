package io.tapedeck.media;

import io.tapedeck.core.Refusal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Finds audio that is encrypted so that only players with a licence can read it (DRM). Decoders
 * make noise or errors of it, which look like damage.
 */
public final class Protection {
  /** Sample entries of encrypted audio: ISO 23001-7, and those of Apple and Audible. */
  private static final Set<String> ENTRIES = Set.of("enca", "drms", "aavd");

  /** Where the sample entries of a track are. */
  private static final List<String> PATH = List.of("moov", "trak", "mdia", "minf", "stbl");

  private static final int MOST_BOXES = 100_000;
  private static final int LONGEST_ASF_HEADER = 1 << 20;

  /** Content Encryption, Extended Content Encryption and Advanced Content Encryption. */
  private static final List<String> GUIDS =
      List.of(
          "\373\263\21\42\43\275\322\21\264\267\0\240\311\125\374\156",
          "\24\346\212\51\42\46\27\114\271\65\332\340\176\351\50\234",
          "\63\205\5\103\201\151\346\111\233\164\255\22\313\206\325\214");

  private static final int TS_LOOK = 1 << 20;
  private static final int SYNC = 0x47;

  private final FileChannel in;
  private final List<Boolean> entries = new ArrayList<>();
  private String handler = "";
  private int boxes;

  private Protection(FileChannel in) {
    this.in = in;
  }

  /** For each audio track in the file's order: is it encrypted? Empty if that cannot be told. */
  public static List<Boolean> ofTracks(Path file, Container container) throws IOException {
    return switch (container) {
      case MP4 -> ofMp4(file);
      case MATROSKA -> ofMatroska(file);
      case ASF -> List.of(isProtectedAsf(file));
      default -> List.of();
    };
  }

  private static List<Boolean> ofMp4(Path file) throws IOException {
    try (FileChannel in = FileChannel.open(file)) {
      Protection found = new Protection(in);
      found.walk(0, in.size(), 0);
      return found.entries;
    }
  }

  /** ISO 14496-12 4.2: boxes in boxes. */
  private void walk(long from, long end, int depth) throws IOException {
    long at = from;
    while (at + 8 <= end && boxes++ < MOST_BOXES) {
      ByteBuffer head = read(at, 24);
      long size = head.limit() < 16 ? 0 : head.getInt(0) & 0xFFFFFFFFL;
      long content = at + (size == 1 ? 16 : 8);
      size = size == 1 ? head.getLong(8) : size == 0 ? end - at : size;
      if (size < 8 || head.limit() < 24) {
        return;
      }
      String name = text(head, 4);
      long last = size > end - at ? end : at + size;
      if (depth < PATH.size() && name.equals(PATH.get(depth))) {
        walk(content, last, depth + 1);
      } else if (name.equals("hdlr") && depth == 3) {
        handler = text(head, 16);
      } else if (name.equals("stsd") && handler.equals("soun")) {
        entries.add(ENTRIES.contains(text(head, 20)));
      }
      at = last;
    }
  }

  private static List<Boolean> ofMatroska(Path file) throws IOException {
    try {
      return Matroska.headOf(file).encrypted();
    } catch (Refusal e) {
      return List.of(); // ffmpeg reads damaged headers better
    }
  }

  private static boolean isProtectedAsf(Path file) throws IOException {
    try (FileChannel in = FileChannel.open(file)) {
      Protection found = new Protection(in);
      ByteBuffer head = found.read(0, 24);
      long size = head.limit() < 24 ? 0 : Long.reverseBytes(head.getLong(16));
      ByteBuffer header = found.read(0, Math.clamp(size, 0, LONGEST_ASF_HEADER));
      String text = StandardCharsets.ISO_8859_1.decode(header).toString();
      return GUIDS.stream().anyMatch(text::contains);
    }
  }

  /** Whether most packets of a transport stream are scrambled (ISO 13818-1 2.4.3.2). */
  public static boolean isScrambled(Path file) throws IOException {
    try (FileChannel in = FileChannel.open(file)) {
      ByteBuffer look = new Protection(in).read(0, TS_LOOK);
      int packets = 0;
      int scrambled = 0;
      int at = 0;
      while (at + 188 < look.limit()) {
        boolean packet = look.get(at) == SYNC && (look.get(at + 188) == SYNC || packets > 0);
        packets += packet ? 1 : 0;
        scrambled += packet && (look.get(at + 3) & 0xC0) != 0 ? 1 : 0;
        at += packet ? 188 : 1;
      }
      return scrambled > packets / 2;
    }
  }

  private static String text(ByteBuffer in, int at) {
    byte[] name = new byte[4];
    in.get(at, name);
    return new String(name, StandardCharsets.ISO_8859_1);
  }

  private ByteBuffer read(long at, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Math.clamp(in.size() - at, 0, count));
    while (bytes.hasRemaining() && in.read(bytes, at + bytes.position()) > 0) {}
    return bytes.flip();
  }
}
