package io.tapedeck.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A ZIP that stores its members without compression, as its bytes (APPNOTE.TXT 6.3.10). All bytes
 * follow from the members, so the length is known and any part can be written alone. ZIP64 is used
 * only where a number needs it. Names are UTF-8, times are UTC in the old field and exact in the
 * extended timestamp.
 */
final class StoredZip {
  private static final long MAX32 = 0xFFFF_FFFFL;
  private static final int MAX16 = 0xFFFF;
  private static final int LOCAL = 30;
  private static final int CENTRAL = 46;
  private static final int TIMESTAMP = 9;
  private static final int END = 22;
  private static final int END64 = 56 + 20;
  private static final short UTF8 = 0x0800;

  /** Version 2.0 of the format, and 4.5, which has ZIP64. */
  private static final short V20 = 20;

  private static final short V45 = 45;

  /** A member, the bytes of its name, and where its local header begins. Never compared. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Placed(ZipMember member, byte[] name, long at) {
    int localLength() {
      return LOCAL + name.length + TIMESTAMP + (member.size() >= MAX32 ? 20 : 0);
    }

    /** Bytes of the sizes and the offset that need 64 bits. */
    int wide() {
      return (member.size() >= MAX32 ? 16 : 0) + (at >= MAX32 ? 8 : 0);
    }

    int centralLength() {
      return CENTRAL + name.length + TIMESTAMP + (wide() > 0 ? 4 + wide() : 0);
    }
  }

  private final List<Placed> members = new ArrayList<>();
  private final long directory;
  private final long directoryLength;

  StoredZip(List<ZipMember> all) {
    long at = 0;
    long central = 0;
    for (ZipMember member : all) {
      Placed placed = new Placed(member, member.name().getBytes(StandardCharsets.UTF_8), at);
      members.add(placed);
      at += placed.localLength() + member.size();
      central += placed.centralLength();
    }
    directory = at;
    directoryLength = central;
  }

  long length() {
    return directory + directoryLength + (wide() ? END64 : 0) + END;
  }

  private boolean wide() {
    return members.size() >= MAX16 || directory >= MAX32 || directoryLength >= MAX32;
  }

  /** 64 hexadecimal digits that differ when a byte of the ZIP differs. */
  String digest() {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      for (Placed each : members) {
        ZipMember member = each.member();
        String line =
            "%s\n%d\n%d\n"
                .formatted(member.digest(), member.size(), member.modified().getEpochSecond());
        sha256.update(line.getBytes(StandardCharsets.UTF_8));
        sha256.update(each.name());
        sha256.update((byte) 0);
      }
      return HexFormat.of().formatHex(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /** Writes a part of the ZIP to a channel that stays open. */
  void read(long offset, long length, WritableByteChannel to) throws IOException {
    Part part = new Part(offset, offset + length, to);
    for (Placed each : members) {
      long data = each.at() + each.localLength();
      if (part.touches(each.at(), data)) {
        part.write(each.at(), local(each));
      }
      part.write(data, each.member());
    }
    if (part.touches(directory, length())) {
      part.write(directory, end());
    }
  }

  private record Part(long from, long to, WritableByteChannel channel) {
    boolean touches(long start, long end) {
      return start < to && end > from;
    }

    void write(long at, ByteBuffer bytes) throws IOException {
      int start = (int) Math.max(0, from - at);
      int end = (int) Math.min(bytes.limit(), to - at);
      ByteBuffer wanted = bytes.slice(start, end - start);
      while (wanted.hasRemaining()) {
        channel.write(wanted);
      }
    }

    void write(long at, ZipMember member) throws IOException {
      long start = Math.max(0, from - at);
      long end = Math.min(member.size(), to - at);
      if (start < end) {
        member.content().read(start, end - start, channel);
      }
    }
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** 4.3.7, with the extra fields of 4.5.3 (ZIP64) and the extended timestamp. */
  private static ByteBuffer local(Placed each) throws IOException {
    ZipMember member = each.member();
    boolean wide = member.size() >= MAX32;
    ByteBuffer out = buffer(each.localLength()).putInt(0x04034b50).putShort(wide ? V45 : V20);
    common(out, member);
    out.putShort((short) each.name().length);
    out.putShort((short) (each.localLength() - LOCAL - each.name().length));
    out.put(each.name());
    if (wide) {
      out.putShort((short) 1).putShort((short) 16).putLong(member.size()).putLong(member.size());
    }
    return timestamp(out, member).flip();
  }

  /** From the flags to the sizes, the same in both headers. */
  private static void common(ByteBuffer out, ZipMember member) throws IOException {
    ZonedDateTime utc = member.modified().atZone(ZoneOffset.UTC);
    int time = utc.getHour() << 11 | utc.getMinute() << 5 | utc.getSecond() / 2;
    int date = (utc.getYear() - 1980) << 9 | utc.getMonthValue() << 5 | utc.getDayOfMonth();
    int size = (int) Math.min(MAX32, member.size());
    out.putShort(UTF8).putShort((short) 0).putShort((short) time).putShort((short) date);
    out.putInt((int) member.content().crc32()).putInt(size).putInt(size);
  }

  private static ByteBuffer timestamp(ByteBuffer out, ZipMember member) {
    out.putShort((short) 0x5455).putShort((short) 5).put((byte) 1);
    return out.putInt((int) member.modified().getEpochSecond());
  }

  /** The central directory and its end: 4.3.12, 4.3.14 to 4.3.16. */
  private ByteBuffer end() throws IOException {
    ByteBuffer out = buffer(Math.toIntExact(length() - directory));
    for (Placed each : members) {
      central(out, each);
    }
    long count = members.size();
    if (wide()) {
      out.putInt(0x06064b50).putLong(44).putShort(V45).putShort(V45).putInt(0).putInt(0);
      out.putLong(count).putLong(count).putLong(directoryLength).putLong(directory);
      out.putInt(0x07064b50).putInt(0).putLong(directory + directoryLength).putInt(1);
    }
    short few = (short) Math.min(MAX16, count);
    out.putInt(0x06054b50).putInt(0).putShort(few).putShort(few);
    out.putInt((int) Math.min(MAX32, directoryLength)).putInt((int) Math.min(MAX32, directory));
    return out.putShort((short) 0).flip();
  }

  private static void central(ByteBuffer out, Placed each) throws IOException {
    ZipMember member = each.member();
    short version = each.wide() > 0 ? V45 : V20;
    out.putInt(0x02014b50).putShort(version).putShort(version);
    common(out, member);
    out.putShort((short) each.name().length);
    out.putShort((short) (each.centralLength() - CENTRAL - each.name().length));
    out.putShort((short) 0).putShort((short) 0).putShort((short) 0).putInt(0);
    out.putInt((int) Math.min(MAX32, each.at())).put(each.name());
    if (each.wide() > 0) {
      out.putShort((short) 1).putShort((short) each.wide());
      if (member.size() >= MAX32) {
        out.putLong(member.size()).putLong(member.size());
      }
      if (each.at() >= MAX32) {
        out.putLong(each.at());
      }
    }
    timestamp(out, member);
  }
}
