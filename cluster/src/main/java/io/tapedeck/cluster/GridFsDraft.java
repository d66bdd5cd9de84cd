package io.tapedeck.cluster;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.gte;

import com.mongodb.ErrorCategory;
import com.mongodb.MongoException;
import com.mongodb.MongoWriteException;
import com.mongodb.client.model.FindOneAndUpdateOptions;
import com.mongodb.client.model.ReturnDocument;
import com.mongodb.client.model.Updates;
import io.tapedeck.core.BlobId;
import io.tapedeck.core.BlobStore;
import io.tapedeck.core.Code;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Refusal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.time.Clock;
import java.util.Arrays;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonObjectId;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.conversions.Bson;
import org.bson.types.ObjectId;

/**
 * A GridFS file being written. The draft document says how many bytes are kept and who writes;
 * every change to it names the writer, so an older writer finds out that a newer one took over.
 * Chunks above the kept length are remains and are overwritten.
 */
final class GridFsDraft implements BlobStore.Draft {
  private static final BsonDocumentCodec CODEC = new BsonDocumentCodec();

  private final GridFsShelf shelf;
  private final BlobId id;
  private final Clock clock;
  private final ObjectId fileId;
  private final ObjectId writer;
  private long kept;
  private boolean published;

  private GridFsDraft(
      GridFsShelf shelf, BlobId id, Clock clock, ObjectId fileId, ObjectId writer, long kept) {
    this.shelf = shelf;
    this.id = id;
    this.clock = clock;
    this.fileId = fileId;
    this.writer = writer;
    this.kept = kept;
  }

  static GridFsDraft open(GridFsShelf shelf, BlobId id, Clock clock) {
    ObjectId writer = new ObjectId();
    Document draft =
        shelf
            .drafts()
            .findOneAndUpdate(
                eq("_id", id.key()),
                Updates.combine(
                    Updates.set("writer", writer),
                    Updates.setOnInsert("fileId", new ObjectId()),
                    Updates.setOnInsert("length", 0L),
                    Updates.set("changedAt", clock.instant())),
                new FindOneAndUpdateOptions().upsert(true).returnDocument(ReturnDocument.AFTER));
    if (draft == null) {
      throw new Outage("MongoDB gave no answer to an upsert", null);
    }
    GridFsDraft opened =
        new GridFsDraft(
            shelf, id, clock, draft.getObjectId("fileId"), writer, draft.getLong("length"));
    opened.takeOver();
    return opened;
  }

  /**
   * Deletes what an earlier writer left above the kept length, and makes the last chunk this
   * writer's.
   */
  private void takeOver() {
    int tail = Math.toIntExact(kept / GridFsBlobStore.CHUNK);
    boolean partial = kept % GridFsBlobStore.CHUNK > 0;
    shelf.chunks().deleteMany(and(eq("files_id", fileId), gte("n", partial ? tail + 1 : tail)));
    if (partial) {
      shelf
          .chunks()
          .updateOne(and(eq("files_id", fileId), eq("n", tail)), Updates.set("writer", writer));
    }
  }

  @Override
  public long size() {
    return kept;
  }

  @Override
  public long append(ReadableByteChannel from, long limit) throws IOException {
    long before = kept;
    byte[] chunk = new byte[GridFsBlobStore.CHUNK];
    int filled = GridFsBlobStore.guarded(() -> loadTail(chunk));
    try {
      while (kept - before < limit) {
        int room = (int) Math.min(chunk.length - filled, limit - (kept - before));
        int count = fill(from, ByteBuffer.wrap(chunk, filled, room));
        if (count == 0) {
          break;
        }
        int length = filled + count;
        GridFsBlobStore.guarded(() -> keep(chunk, length, count));
        filled = length == chunk.length ? 0 : length;
      }
    } catch (Torn torn) {
      int length = filled + torn.count;
      if (torn.count > 0) {
        GridFsBlobStore.guarded(() -> keep(chunk, length, torn.count));
      }
      throw torn.cause;
    }
    return kept - before;
  }

  /** The source failed after it had given some bytes. */
  private static final class Torn extends Exception {
    final int count;
    final IOException cause;

    Torn(int count, IOException cause) {
      super(cause);
      this.count = count;
      this.cause = cause;
    }
  }

  private static int fill(ReadableByteChannel from, ByteBuffer into) throws Torn {
    int start = into.position();
    try {
      while (into.hasRemaining() && from.read(into) >= 0) {
        // More may be there.
      }
      return into.position() - start;
    } catch (IOException e) {
      throw new Torn(into.position() - start, e);
    }
  }

  private int loadTail(byte[] chunk) {
    int tail = (int) (kept % chunk.length);
    if (tail > 0) {
      RawBsonDocument last =
          shelf.chunks().find(and(eq("files_id", fileId), eq("n", kept / chunk.length))).first();
      if (last == null) {
        count(kept);
        throw new Outage(Code.INTERNAL, "the draft " + id + " lacks its last chunk", null);
      }
      System.arraycopy(last.getBinary("data").getData(), 0, chunk, 0, tail);
    }
    return tail;
  }

  private boolean keep(byte[] chunk, int length, int added) {
    int n = Math.toIntExact(kept / chunk.length);
    store(n, new BsonBinary(length == chunk.length ? chunk : Arrays.copyOf(chunk, length)));
    count(kept + added);
    return true;
  }

  /**
   * Inserts a chunk, or replaces this writer's own; another's only when that writer was overtaken
   * by this one.
   */
  private void store(int n, BsonBinary data) {
    BsonDocument document =
        new BsonDocument("files_id", new BsonObjectId(fileId))
            .append("n", new BsonInt32(n))
            .append("data", data)
            .append("writer", new BsonObjectId(writer));
    boolean replaces = kept % GridFsBlobStore.CHUNK > 0;
    try {
      if (!replaces) {
        shelf
            .chunks()
            .insertOne(new RawBsonDocument(document.append("_id", new BsonObjectId()), CODEC));
      } else if (shelf
              .chunks()
              .replaceOne(own(n), new RawBsonDocument(document, CODEC))
              .getMatchedCount()
          == 0) {
        throw takenOver();
      }
    } catch (MongoWriteException e) {
      if (e.getError().getCategory() != ErrorCategory.DUPLICATE_KEY) {
        throw e;
      }
      count(kept); // a writer that was taken over ends here; else the chunk in the way is its
      // predecessor's
      document.remove("_id");
      shelf
          .chunks()
          .replaceOne(
              and(eq("files_id", fileId), eq("n", n)), new RawBsonDocument(document, CODEC));
    }
  }

  private Bson own(int n) {
    return and(eq("files_id", fileId), eq("n", n), eq("writer", writer));
  }

  private Refusal takenOver() {
    return new Refusal(
        Code.CONFLICT, "another writer took over the draft " + id + ", or it was deleted");
  }

  /** Writes the kept length down, if this is still the newest writer. */
  private void count(long length) {
    long matched =
        shelf
            .drafts()
            .updateOne(
                and(eq("_id", id.key()), eq("writer", writer)),
                Updates.combine(
                    Updates.set("length", length), Updates.set("changedAt", clock.instant())))
            .getMatchedCount();
    if (matched == 0) {
      throw takenOver();
    }
    kept = length;
  }

  @Override
  public void truncate(long size) {
    if (size < 0 || size > kept) {
      throw new IllegalArgumentException("cannot cut " + kept + " bytes to " + size);
    }
    GridFsBlobStore.guarded(() -> {
      count(size);
      return true;
    });
  }

  @Override
  public void publish() {
    if (published) {
      return;
    }
    GridFsBlobStore.guarded(() -> {
      count(kept);
      long chunks = (kept + GridFsBlobStore.CHUNK - 1) / GridFsBlobStore.CHUNK;
      shelf.chunks().deleteMany(and(eq("files_id", fileId), gte("n", chunks)));
      trimTail();
      if (!insertFile()) {
        shelf.chunks().deleteMany(eq("files_id", fileId));
      }
      shelf.drafts().deleteOne(and(eq("_id", id.key()), eq("fileId", fileId)));
      published = true;
      return true;
    });
  }

  /** A cut may leave the last chunk longer than the file; readers trust the chunk. */
  private void trimTail() {
    int tail = (int) (kept % GridFsBlobStore.CHUNK);
    int n = Math.toIntExact(kept / GridFsBlobStore.CHUNK);
    RawBsonDocument last =
        tail == 0 ? null : shelf.chunks().find(and(eq("files_id", fileId), eq("n", n))).first();
    if (last != null && last.getBinary("data").getData().length > tail) {
      store(n, new BsonBinary(Arrays.copyOf(last.getBinary("data").getData(), tail)));
    }
  }

  private boolean insertFile() {
    try {
      shelf
          .files()
          .insertOne(
              new Document("_id", fileId)
                  .append("filename", id.key())
                  .append("length", kept)
                  .append("chunkSize", GridFsBlobStore.CHUNK)
                  .append("uploadDate", clock.instant()));
      return true;
    } catch (MongoWriteException e) {
      if (e.getError().getCategory() == ErrorCategory.DUPLICATE_KEY) {
        Document there = shelf.files().find(eq("filename", id.key())).first();
        return there != null && there.getObjectId("_id").equals(fileId);
      }
      throw e;
    } catch (MongoException e) {
      throw new Outage("MongoDB did not take the blob " + id + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    // What was appended is kept already.
  }
}
