package io.tapedeck.local;

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
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Blobs as files: {@code videos/} and {@code mp3s/} hold the published blobs, {@code uploads/}
 * holds the drafts. Only this store chooses file names. A blob is forced to the disk and then
 * renamed into its folder, so it is visible whole or not at all.
 */
public final class FileBlobStore implements BlobStore {
  private static final String DRAFT = ".part";

  private final Path root;
  private final Path drafts;
  private final Buffers buffers = new Buffers();
  private final Map<BlobId, FileDraft> writers = new ConcurrentHashMap<>();

  /** Opens the store in this folder and makes what is missing. */
  public FileBlobStore(Path root) {
    this.root = root;
    this.drafts = root.resolve("uploads");
    try {
      OwnerOnly.folder(drafts);
      for (BlobId.Bucket bucket : BlobId.Bucket.values()) {
        OwnerOnly.folder(root.resolve(bucket.label()));
      }
    } catch (IOException e) {
      throw outage("cannot make the folders below " + root, e);
    }
  }

  @Override
  public Draft draft(BlobId id) {
    try {
      FileDraft draft = new FileDraft(this, id, buffers);
      FileDraft older = writers.put(id, draft);
      if (older != null) {
        older.supersede();
      }
      draft.open();
      return draft;
    } catch (IOException e) {
      throw outage("cannot open the draft " + id, e);
    }
  }

  @Override
  public Optional<Long> draftSize(BlobId id) {
    return fileSize(draftPath(id));
  }

  @Override
  public void discard(BlobId id) {
    FileDraft writer = writers.remove(id);
    if (writer != null) {
      writer.supersede();
    }
    remove(draftPath(id));
  }

  @Override
  public Optional<Long> size(BlobId id) {
    return fileSize(path(id));
  }

  @Override
  public void read(BlobId id, long offset, long length, WritableByteChannel to) throws IOException {
    try (FileChannel from = open(id);
        Buffers.Loan loan = buffers.large()) {
      if (offset < 0 || length < 0 || offset + length > from.size()) {
        throw new IllegalArgumentException(
            "bytes " + offset + "+" + length + " of a blob of " + from.size());
      }
      ByteBuffer buffer = loan.buffer();
      long position = offset;
      long end = offset + length;
      while (position < end) {
        buffer.clear().limit((int) Math.min(buffer.capacity(), end - position));
        position += readSome(id, from, buffer, position);
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
      }
    }
  }

  private static int readSome(BlobId id, FileChannel from, ByteBuffer buffer, long position) {
    try {
      int count = from.read(buffer, position);
      if (count < 0) {
        throw new Outage(
            Code.INTERNAL, "the blob " + id + " became shorter while it was read", null);
      }
      return count;
    } catch (IOException e) {
      throw outage("cannot read the blob " + id, e);
    }
  }

  private FileChannel open(BlobId id) {
    try {
      return FileChannel.open(path(id), StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      throw new Refusal(Code.NOT_FOUND, "there is no blob " + id);
    } catch (IOException e) {
      throw outage("cannot open the blob " + id, e);
    }
  }

  @Override
  public Path file(BlobId id, Path scratch) {
    Path path = path(id);
    if (!Files.exists(path)) {
      throw new Refusal(Code.NOT_FOUND, "there is no blob " + id);
    }
    return path;
  }

  @Override
  public void delete(BlobId id) {
    remove(path(id));
  }

  @Override
  public void each(BlobId.Bucket bucket, Consumer<Entry> visitor) {
    String prefix = bucket.label() + "-";
    try (DirectoryStream<Path> published = Files.newDirectoryStream(root.resolve(bucket.label()));
        DirectoryStream<Path> unfinished = Files.newDirectoryStream(drafts, prefix + "*" + DRAFT)) {
      for (Path path : published) {
        visit(bucket, path.getFileName().toString(), path, true, visitor);
      }
      for (Path path : unfinished) {
        String name = path.getFileName().toString();
        visit(
            bucket,
            name.substring(prefix.length(), name.length() - DRAFT.length()),
            path,
            false,
            visitor);
      }
    } catch (IOException e) {
      throw outage("cannot list the blobs of " + bucket.label(), e);
    }
  }

  private static void visit(
      BlobId.Bucket bucket, String key, Path path, boolean published, Consumer<Entry> visitor)
      throws IOException {
    Entry entry;
    try {
      entry =
          new Entry(
              new BlobId(bucket, key),
              Files.size(path),
              Files.getLastModifiedTime(path).toInstant(),
              published);
    } catch (NoSuchFileException e) {
      return; // deleted since the listing
    } catch (IllegalArgumentException e) {
      return; // not a file of this store: left alone
    }
    visitor.accept(entry);
  }

  @Override
  public long room() {
    try {
      return Files.getFileStore(root).getUsableSpace();
    } catch (IOException e) {
      throw outage("cannot tell the free space of " + root, e);
    }
  }

  @Override
  public Health check() {
    return Files.isWritable(drafts)
        ? Health.up()
        : Health.down("the folder " + drafts + " cannot be written");
  }

  /** Open drafts stay resumable. */
  @Override
  public void close() {
    writers.values().forEach(FileDraft::close);
  }

  Path path(BlobId id) {
    return root.resolve(id.bucket().label()).resolve(id.key());
  }

  Path draftPath(BlobId id) {
    return drafts.resolve(id.bucket().label() + "-" + id.key() + DRAFT);
  }

  void closed(FileDraft draft) {
    writers.remove(draft.id(), draft);
  }

  private static Optional<Long> fileSize(Path path) {
    try {
      return Optional.of(Files.size(path));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw outage("cannot look at " + path, e);
    }
  }

  private static void remove(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw outage("cannot delete " + path, e);
    }
  }

  static Outage outage(String what, @Nullable IOException e) {
    String why = e == null ? "" : Outage.reason(e);
    boolean full = e != null && Outage.isFull(e);
    return new Outage(full ? Code.DISK_FULL : Code.UNAVAILABLE, what + ": " + why, e);
  }
}
