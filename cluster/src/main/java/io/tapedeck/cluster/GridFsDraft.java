package io.tapedeck.cluster;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.gte;

import com.mongodb.ErrorCategory;
import com.mongodb.MongoBulkWriteException;
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
import java.util.List;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.conversions.Bson;
import org.bson.types.ObjectId;

/**
 * A GridFS file being written. The draft document records how many bytes are kept and which writer
 * is active. Every change to the draft document names the writer, so an older writer finds out that
 * a newer one took over. Chunks above the kept length are leftovers and are overwritten.
 */
final class GridFsDraft implements BlobStore.Draft {
  private final GridFsBucket bucket;
  private final BlobId id;
  private final Clock clock;
  private final GridFsMemory memory;
  private final ObjectId fileId;
  private final ObjectId writer;
  private long kept;
  private boolean published;

  /** Whether chunks may lie above the kept length. */
  private boolean remains;

  private GridFsDraft(
      GridFsBucket bucket,
      BlobId id,
      Clock clock,
      GridFsMemory memory,
      ObjectId fileId,
      ObjectId writer,
      long kept) {
    this.bucket = bucket;
    this.id = id;
    this.clock = clock;
    this.memory = memory;
    this.fileId = fileId;
    this.writer = writer;
    this.kept = kept;
  }

  static GridFsDraft open(GridFsBucket bucket, BlobId id, Clock clock, GridFsMemory memory) {
    ObjectId writer = new ObjectId();
    ObjectId fresh = new ObjectId();
    Document draft =
        bucket
            .drafts()
            .findOneAndUpdate(
                eq("_id", id.key()),
                Updates.combine(
                    Updates.set("writer", writer),
                    Updates.setOnInsert("fileId", fresh),
                    Updates.setOnInsert("length", 0L),
                    Updates.set("changedAt", clock.instant())),
                new FindOneAndUpdateOptions().upsert(true).returnDocument(ReturnDocument.AFTER));
    if (draft == null) {
      throw new Outage("MongoDB gave no answer to an upsert", null);
    }
    GridFsDraft opened =
        new GridFsDraft(
            bucket,
            id,
            clock,
            memory,
            draft.getObjectId("fileId"),
            writer,
            draft.getLong("length"));
    if (!opened.fileId.equals(fresh)) {
      opened.takeOver();
    }
    return opened;
  }

  /**
   * Deletes what an earlier writer left above the kept length, and marks the last chunk as this
   * writer's.
   */
  private void takeOver() {
    remains = true;
    int tail = Math.toIntExact(kept / GridFsBlobStore.CHUNK);
    boolean partial = kept % GridFsBlobStore.CHUNK > 0;
    bucket.chunks().deleteMany(and(eq("files_id", fileId), gte("n", partial ? tail + 1 : tail)));
    if (partial) {
      bucket
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
    long until = limit > Long.MAX_VALUE - before ? Long.MAX_VALUE : before + limit;
    GridFsChunk chunk = fresh(kept);
    try (GridFsWritePipeline flow =
        new GridFsWritePipeline(id.toString(), memory, chunk, this::keep)) {
      GridFsBlobStore.guarded(() -> loadTail(flow));
      while (chunk.end() < until && chunk.fill(from, until - chunk.end())) {
        if (chunk.full()) {
          chunk = fresh(chunk.end());
          flow.next(chunk);
        } else if (chunk.end() < until) {
          flow.grow();
        }
      }
    }
    return kept - before;
  }

  /** An empty chunk for the bytes at this offset. */
  private GridFsChunk fresh(long place) {
    return new GridFsChunk(fileId, Math.toIntExact(place / GridFsBlobStore.CHUNK), writer);
  }

  /** Loads the kept bytes of the last chunk into the pipeline's first chunk. */
  private boolean loadTail(GridFsWritePipeline flow) {
    if (kept % GridFsBlobStore.CHUNK > 0) {
      flow.put(tail().slice(0, (int) (kept % GridFsBlobStore.CHUNK)));
    }
    return true;
  }

  /** The data of the last chunk, perhaps with some data above the kept length. */
  private ByteBuffer tail() {
    RawBsonDocument last = bucket.chunk(fileId, kept / GridFsBlobStore.CHUNK);
    if (last == null) {
      count(kept);
      throw new Outage(Code.INTERNAL, "the draft " + id + " lacks its last chunk", null);
    }
    return GridFsChunk.data(last);
  }

  /**
   * Stores chunks that follow the kept bytes; the first may be a longer version of the last kept
   * chunk.
   */
  private void keep(List<GridFsChunk> batch) {
    long end = batch.getLast().end();
    if (end <= kept) {
      return;
    }
    GridFsBlobStore.guarded(() -> {
      boolean before = remains;
      remains = true;
      boolean replaces = kept % GridFsBlobStore.CHUNK > 0;
      if (replaces) {
        replace(batch.getFirst());
      }
      insert(batch.stream().skip(replaces ? 1 : 0).filter(chunk -> !chunk.empty()).toList());
      count(end);
      remains = before;
      return true;
    });
  }

  private void replace(GridFsChunk chunk) {
    if (bucket.chunks().replaceOne(own(chunk.n()), chunk.replacement()).getMatchedCount() == 0) {
      throw takenOver();
    }
  }

  private void insert(List<GridFsChunk> fresh) {
    if (fresh.isEmpty()) {
      return;
    }
    try {
      bucket.chunks().insertMany(fresh.stream().map(GridFsChunk::document).toList());
    } catch (MongoBulkWriteException e) {
      if (!e.getWriteErrors().stream()
          .allMatch(error -> error.getCategory() == ErrorCategory.DUPLICATE_KEY)) {
        throw e;
      }
      fresh.forEach(this::displace);
    }
  }

  /**
   * Stores a chunk where another chunk may exist. A leftover is replaced, because this writer was
   * still the newest after it read the leftover. A chunk that a newer writer wrote meanwhile does
   * not match and stays.
   */
  private void displace(GridFsChunk chunk) {
    RawBsonDocument there = bucket.chunk(fileId, chunk.n());
    count(kept);
    if (there == null) {
      bucket.chunks().insertOne(chunk.document());
    } else if (bucket
            .chunks()
            .replaceOne(
                and(eq("files_id", fileId), eq("n", chunk.n()), eq("writer", there.get("writer"))),
                chunk.replacement())
            .getMatchedCount()
        == 0) {
      throw takenOver();
    }
  }

  private Bson own(int n) {
    return and(eq("files_id", fileId), eq("n", n), eq("writer", writer));
  }

  private Refusal takenOver() {
    return new Refusal(
        Code.CONFLICT, "another writer took over the draft " + id + ", or it was deleted");
  }

  /** Writes the kept length, if this is still the newest writer. */
  private void count(long length) {
    long matched =
        bucket
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
      remains |= size < kept;
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
      if (remains) {
        trim();
      }
      if (!insertFile()) {
        bucket.chunks().deleteMany(eq("files_id", fileId));
      }
      bucket.drafts().deleteOne(and(eq("_id", id.key()), eq("fileId", fileId)));
      published = true;
      return true;
    });
  }

  /** Deletes chunks above the length, and cuts the last chunk, because readers trust its length. */
  private void trim() {
    long chunks = (kept + GridFsBlobStore.CHUNK - 1) / GridFsBlobStore.CHUNK;
    bucket.chunks().deleteMany(and(eq("files_id", fileId), gte("n", chunks)));
    int length = (int) (kept % GridFsBlobStore.CHUNK);
    ByteBuffer tail = length == 0 ? ByteBuffer.allocate(0) : tail();
    if (tail.remaining() > length) {
      GridFsChunk cut = fresh(kept);
      cut.grow();
      cut.put(tail.slice(0, length));
      replace(cut);
    }
  }

  private boolean insertFile() {
    try {
      bucket
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
        Document there = bucket.files().find(eq("filename", id.key())).first();
        return there != null && there.getObjectId("_id").equals(fileId);
      }
      throw e;
    } catch (MongoException e) {
      throw new Outage("MongoDB did not take the blob " + id + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    // Does nothing: append has kept its bytes already.
  }
}
