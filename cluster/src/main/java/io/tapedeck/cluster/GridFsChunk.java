package io.tapedeck.cluster;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import org.bson.BsonBinary;
import org.bson.BsonBinaryReader;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonObjectId;
import org.bson.BsonType;
import org.bson.ByteBufNIO;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.io.ByteBufferBsonInput;
import org.bson.types.ObjectId;

/**
 * One chunk while it fills. It holds the bytes of the document in wire format. The source writes
 * into them, so nothing is copied on the way. It starts small, so that many slow uploads use little
 * memory, and grows once.
 */
final class GridFsChunk {
  /** Bytes of data that fit without growth. */
  static final int SMALL = 16 * 1024;

  private static final BsonDocumentCodec CODEC = new BsonDocumentCodec();

  private final int n;
  private final int head;
  private byte[] bytes;
  private int filled;

  /** The {@code n}th chunk of a file, empty. */
  GridFsChunk(ObjectId fileId, int n, ObjectId writer) {
    this.n = n;
    BsonDocument empty =
        new BsonDocument("_id", new BsonObjectId())
            .append("files_id", new BsonObjectId(fileId))
            .append("n", new BsonInt32(n))
            .append("writer", new BsonObjectId(writer))
            .append("data", new BsonBinary(new byte[0]));
    ByteBuffer encoded = new RawBsonDocument(empty, CODEC).getByteBuffer().asNIO();
    head = encoded.remaining() - 1; // data comes last; only the document's closing zero follows
    bytes = new byte[head + SMALL + 1];
    encoded.get(bytes, 0, head);
  }

  int n() {
    return n;
  }

  boolean empty() {
    return filled == 0;
  }

  boolean full() {
    return filled == GridFsBlobStore.CHUNK;
  }

  /** The offset in the file at which the data ends. */
  long end() {
    return (long) n * GridFsBlobStore.CHUNK + filled;
  }

  /** Whether it has grown. */
  boolean large() {
    return bytes.length > head + SMALL + 1;
  }

  /** Makes space for a whole chunk. */
  void grow() {
    bytes = Arrays.copyOf(bytes, head + GridFsBlobStore.CHUNK + 1);
  }

  /** Adds these bytes; there must be space for them. */
  void put(ByteBuffer data) {
    int count = data.remaining();
    data.get(bytes, head + filled, count);
    filled += count;
  }

  /**
   * Reads from the source until the present space is full, {@code most} bytes came or the source
   * ends. When the source fails, the chunk keeps the bytes that came before.
   *
   * @return whether the source may have more
   */
  boolean fill(ReadableByteChannel from, long most) throws IOException {
    int until = (int) Math.min(bytes.length - head - 1, filled + most);
    while (filled < until) {
      int count = from.read(ByteBuffer.wrap(bytes, head + filled, until - filled));
      if (count < 0) {
        return false;
      }
      filled += count;
    }
    return true;
  }

  /** The document to store. */
  RawBsonDocument document() {
    int length = head + filled + 1;
    bytes[length - 1] = 0;
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(0, length)
        .putInt(head - 5, filled); // the data's length, before the byte of the data's subtype
    return new RawBsonDocument(bytes, 0, length);
  }

  /** The same document without an id, to replace another document, which keeps its own id. */
  RawBsonDocument replacement() {
    BsonDocument document = document().decode(CODEC);
    document.remove("_id");
    return new RawBsonDocument(document, CODEC);
  }

  /** The data of a stored chunk, without a copy. */
  static ByteBuffer data(RawBsonDocument stored) {
    ByteBuffer bytes = stored.getByteBuffer().asNIO().order(ByteOrder.LITTLE_ENDIAN);
    try (ByteBufferBsonInput input = new ByteBufferBsonInput(new ByteBufNIO(bytes.duplicate()));
        BsonBinaryReader reader = new BsonBinaryReader(input)) {
      reader.readStartDocument();
      while (reader.readBsonType() != BsonType.END_OF_DOCUMENT) {
        if (reader.readName().equals("data")) {
          int at = input.getPosition();
          return bytes.slice(at + 5, bytes.getInt(at));
        }
        reader.skipValue();
      }
    }
    return ByteBuffer.allocate(0);
  }
}
