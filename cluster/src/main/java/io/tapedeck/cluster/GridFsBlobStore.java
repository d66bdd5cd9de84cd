package io.tapedeck.cluster;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import io.tapedeck.core.BlobId;
import io.tapedeck.core.BlobStore;
import io.tapedeck.core.Code;
import io.tapedeck.core.Outage;
import io.tapedeck.core.OwnerOnly;
import io.tapedeck.core.Refusal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.bson.Document;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * Blobs in MongoDB GridFS, in the buckets {@code videos} and {@code mp3s}. A draft's chunks are
 * written as they fill, and its files document last, so a blob appears whole. A range read fetches
 * only the chunks it needs. The store closes the client.
 */
public final class GridFsBlobStore implements BlobStore {
  /**
   * Bytes in a chunk. Chosen by measurement, see docs/adr/0010: larger chunks use more memory, and
   * are not faster when several are sent at a time.
   */
  static final int CHUNK = 256 << 10;

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final MongoClient client;
  private final MongoDatabase database;
  private final Clock clock;
  private final GridFsMemory memory;
  private final Map<BlobId.Bucket, GridFsBucket> buckets = new EnumMap<>(BlobId.Bucket.class);

  /**
   * Opens the store in this database and makes its indexes; throws {@link Outage} when the server
   * cannot be reached.
   */
  public GridFsBlobStore(MongoClient client, String database, Clock clock) {
    this(client, database, clock, GridFsMemory.ofThisHeap());
  }

  GridFsBlobStore(MongoClient client, String database, Clock clock, GridFsMemory memory) {
    this.client = client;
    this.memory = memory;
    this.database = client.getDatabase(database);
    this.clock = clock;
    for (BlobId.Bucket bucket : BlobId.Bucket.values()) {
      buckets.put(bucket, guarded(() -> GridFsBucket.open(this.database, bucket)));
    }
  }

  /**
   * Opens the store at an address such as {@code mongodb://user:password@files:27017/tapedeck}.
   *
   * @throws IllegalArgumentException when the address is not valid
   * @throws Outage when no server answers there
   */
  public static GridFsBlobStore at(String uri, Clock clock) {
    ConnectionString address = address(uri);
    MongoClient client = client(address);
    try {
      return new GridFsBlobStore(client, name(address), clock);
    } catch (RuntimeException e) {
      client.close();
      throw e;
    }
  }

  /**
   * Queries the server at an address as the user in the address, and leaves nothing there.
   *
   * @throws IllegalArgumentException when the address is not valid
   * @throws Outage when the server does not answer or refuses the sign-in
   */
  public static void probe(String uri) {
    ConnectionString address = address(uri);
    try (MongoClient client = client(address)) {
      MongoDatabase database = client.getDatabase(name(address));
      guarded(() -> database.listCollectionNames().first());
    } catch (Outage e) {
      throw new Outage(String.join(",", address.getHosts()) + ": " + e.problem().detail(), e);
    }
  }

  private static String name(ConnectionString address) {
    return address.getDatabase() == null ? "tapedeck" : address.getDatabase();
  }

  private static MongoClient client(ConnectionString address) {
    MongoClientSettings settings =
        MongoClientSettings.builder()
            .applyConnectionString(address)
            .applicationName("tapedeck")
            .applyToClusterSettings(cluster ->
                cluster.serverSelectionTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS))
            .applyToSocketSettings(socket ->
                socket
                    .connectTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                    .readTimeout(6 * PATIENCE.toMillis(), TimeUnit.MILLISECONDS))
            .build();
    return MongoClients.create(settings);
  }

  /**
   * Checks an address without connecting to it.
   *
   * @throws IllegalArgumentException when the address is not valid
   */
  public static void requireAddress(String uri) {
    address(uri);
  }

  private static ConnectionString address(String uri) {
    try {
      return new ConnectionString(uri);
    } catch (IllegalArgumentException e) {
      // The driver's message may quote the password.
      throw new IllegalArgumentException("it is not of the form mongodb://host:port/name");
    }
  }

  @Override
  public Draft draft(BlobId id) {
    return guarded(() -> GridFsDraft.open(bucket(id), id, clock, memory));
  }

  @Override
  public Optional<Long> draftSize(BlobId id) {
    return guarded(() -> Optional.ofNullable(bucket(id).drafts().find(eq("_id", id.key())).first()))
        .map(draft -> draft.getLong("length"));
  }

  @Override
  public void discard(BlobId id) {
    guarded(() -> {
      GridFsBucket bucket = bucket(id);
      Document draft = bucket.drafts().findOneAndDelete(eq("_id", id.key()));
      if (draft != null) {
        bucket.chunks().deleteMany(eq("files_id", draft.getObjectId("fileId")));
      }
      return true;
    });
  }

  @Override
  public Optional<Long> size(BlobId id) {
    return Optional.ofNullable(file(id)).map(GridFsBlobStore::length);
  }

  @Override
  public void read(BlobId id, long offset, long length, WritableByteChannel to) throws IOException {
    Document file = file(id);
    if (file == null) {
      throw new Refusal(Code.NOT_FOUND, "there is no blob " + id);
    }
    if (offset < 0 || length < 0 || offset + length > length(file)) {
      throw new IllegalArgumentException(
          "bytes " + offset + "+" + length + " of a blob of " + length(file));
    }
    if (length == 0) {
      return;
    }
    int chunkSize = file.get("chunkSize", Number.class).intValue();
    try (GridFsReadAhead chunks =
        new GridFsReadAhead(
            bucket(id),
            id,
            file.getObjectId("_id"),
            offset / chunkSize,
            (offset + length - 1) / chunkSize,
            memory)) {
      long position = offset;
      while (position < offset + length) {
        ByteBuffer data = chunks.next();
        int from = (int) (position % chunkSize);
        int count = (int) Math.min(data.remaining() - from, offset + length - position);
        ByteBuffer part = data.slice(from, count);
        while (part.hasRemaining()) {
          to.write(part);
        }
        position += count;
      }
    }
  }

  @Override
  public Path file(BlobId id, Path scratch) {
    Path copy = scratch.resolve(id.bucket().label() + "-" + id.key());
    long size = size(id).orElseThrow(() -> new Refusal(Code.NOT_FOUND, "there is no blob " + id));
    try (FileChannel to =
        FileChannel.open(
            copy,
            Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE),
            OwnerOnly.file())) {
      read(id, 0, size, to);
      return copy;
    } catch (IOException e) {
      throw new Outage(
          Outage.isFull(e) ? Code.DISK_FULL : Code.UNAVAILABLE,
          "cannot copy " + id + " to the scratch folder: " + Outage.reason(e),
          e);
    }
  }

  /**
   * The files document first becomes a draft again, and is then deleted. So after an interruption
   * its chunks can still be found.
   */
  @Override
  public void delete(BlobId id) {
    Document file = file(id);
    if (file == null) {
      return;
    }
    guarded(() -> {
      GridFsBucket bucket = bucket(id);
      ObjectId fileId = file.getObjectId("_id");
      bucket
          .drafts()
          .updateOne(
              eq("_id", id.key()),
              Updates.combine(
                  Updates.set("fileId", fileId),
                  Updates.set("length", 0L),
                  Updates.set("writer", new ObjectId()),
                  Updates.set("changedAt", clock.instant())),
              new UpdateOptions().upsert(true));
      bucket.files().deleteOne(eq("_id", fileId));
      bucket.chunks().deleteMany(eq("files_id", fileId));
      bucket.drafts().deleteOne(and(eq("_id", id.key()), eq("fileId", fileId)));
      return true;
    });
  }

  @Override
  public void each(BlobId.Bucket bucket, Consumer<Entry> visitor) {
    GridFsBucket there = buckets.get(bucket);
    if (there == null) {
      throw new IllegalStateException("no bucket " + bucket);
    }
    guarded(() -> {
      there
          .files()
          .find()
          .projection(Projections.include("filename", "length", "uploadDate"))
          .batchSize(500)
          .forEach(file ->
              visitor.accept(
                  entry(
                      bucket,
                      file.getString("filename"),
                      length(file),
                      file.getDate("uploadDate").toInstant(),
                      true)));
      there
          .drafts()
          .find()
          .batchSize(500)
          .forEach(draft ->
              visitor.accept(
                  entry(
                      bucket,
                      draft.getString("_id"),
                      draft.getLong("length"),
                      draft.getDate("changedAt").toInstant(),
                      false)));
      return true;
    });
  }

  private static Entry entry(
      BlobId.Bucket bucket, String key, long size, Instant changed, boolean published) {
    return new Entry(new BlobId(bucket, key), size, changed, published);
  }

  /**
   * The free space of the server's file system, when the server reports it (MongoDB does);
   * otherwise unbounded.
   */
  @Override
  public long room() {
    Document stats = guarded(() -> database.runCommand(new Document("dbStats", 1)));
    return stats.get("fsTotalSize") instanceof Number total
            && stats.get("fsUsedSize") instanceof Number used
        ? Math.max(0, total.longValue() - used.longValue())
        : Long.MAX_VALUE;
  }

  @Override
  public Health check() {
    try {
      database.runCommand(new Document("ping", 1));
      return Health.up();
    } catch (MongoException e) {
      return Health.down("MongoDB does not answer: " + Reasons.ofFiles(e));
    }
  }

  @Override
  public void close() {
    client.close();
  }

  private @Nullable Document file(BlobId id) {
    return guarded(
            () -> Optional.ofNullable(bucket(id).files().find(eq("filename", id.key())).first()))
        .orElse(null);
  }

  private GridFsBucket bucket(BlobId id) {
    GridFsBucket bucket = buckets.get(id.bucket());
    if (bucket == null) {
      throw new IllegalStateException("no bucket " + id.bucket());
    }
    return bucket;
  }

  /** Other clients may write the length as a 32-bit number. */
  private static long length(Document file) {
    return file.get("length", Number.class).longValue();
  }

  static <T> T guarded(Supplier<T> work) {
    try {
      return work.get();
    } catch (MongoException e) {
      throw outage(e);
    }
  }

  private static Outage outage(MongoException e) {
    boolean full = String.valueOf(e.getMessage()).contains("No space left") || e.getCode() == 14031;
    return new Outage(
        full ? Code.DISK_FULL : Code.UNAVAILABLE,
        "MongoDB refused or did not answer: " + Reasons.ofFiles(e),
        e);
  }
}
