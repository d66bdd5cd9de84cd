package io.tapedeck.tags;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the pictures of a FLAC file (RFC 9639, 8.8), because ffmpeg leaves out the kinds that it
 * does not know, such as WebP. Any bytes end in what could be read up to them.
 */
final class FlacPictures {
  private static final int MOST_BLOCKS = 200;
  private static final int PICTURE = 6;
  private static final int LAST = 0x80;
  private static final int ID3_HEADER = 10;

  private FlacPictures() {}

  /**
   * The pictures in the order of the file; none if it is no FLAC file.
   *
   * @param most bytes of all pictures together; those that do not fit are left out
   */
  static List<Id3Reader.Attached> of(Path file, int most) throws IOException {
    List<Id3Reader.Attached> pictures = new ArrayList<>();
    int room = most;
    try (FileChannel in = FileChannel.open(file)) {
      long at = 0;
      byte[] head = Id3Reader.bytes(in, at, ID3_HEADER);
      if (begins(head, "ID3") && head.length == ID3_HEADER) {
        at = (long) ID3_HEADER + Id3Reader.sevenBits(head, 6);
      }
      boolean more = begins(Id3Reader.bytes(in, at, 4), "fLaC");
      at += 4;
      for (int i = 0; more && i < MOST_BLOCKS; i++) {
        byte[] block = Id3Reader.bytes(in, at, 4);
        int size = block.length < 4 ? 0 : ByteBuffer.wrap(block).getInt() & 0xFFFFFF;
        more = block.length == 4 && (block[0] & LAST) == 0;
        if (block.length == 4 && (block[0] & 0x7F) == PICTURE && size <= room) {
          room -= size;
          add(pictures, ByteBuffer.wrap(Id3Reader.bytes(in, at + 4, size)));
        }
        at += 4 + size;
      }
    }
    return pictures;
  }

  private static void add(List<Id3Reader.Attached> pictures, ByteBuffer block) {
    try {
      int type = block.getInt();
      skip(block, block.getInt()); // the MIME type; the picture itself says better what it is
      String description = new String(bytes(block), StandardCharsets.UTF_8);
      skip(block, 16); // width, height, depth, number of colours
      pictures.add(new Id3Reader.Attached(type, description, bytes(block)));
    } catch (RuntimeException e) {
      // The block is shorter than it says.
    }
  }

  private static void skip(ByteBuffer block, int count) {
    block.position(Math.addExact(block.position(), count));
  }

  private static byte[] bytes(ByteBuffer block) {
    byte[] bytes = new byte[Math.min(block.getInt(), block.remaining())];
    block.get(bytes);
    return bytes;
  }

  private static boolean begins(byte[] head, String with) {
    return new String(head, StandardCharsets.ISO_8859_1).startsWith(with);
  }
}
