package io.tapedeck.local;

import io.tapedeck.core.BlobId;
import io.tapedeck.core.BlobStore;
import io.tapedeck.core.Code;
import io.tapedeck.core.OwnerOnly;
import io.tapedeck.core.Refusal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A file being written. When append returns, the operating system has the bytes, so a killed
 * process does not lose them; publish forces them to the disk. All writes happen under this
 * object's lock, so a superseded writer has stopped when its successor starts.
 */
final class FileDraft implements BlobStore.Draft {
  /**
   * After this many bytes, writing to the disk starts while more bytes come, so publish waits less.
   */
  private static final long SENT_ON_BYTES = 32L << 20;

  private final FileBlobStore store;
  private final BlobId id;
  private final Buffers buffers;
  private @Nullable FileChannel file;
  private long size;
  private final AtomicBoolean sending = new AtomicBoolean();
  private long sentOn;
  private volatile @Nullable IOException notSent;
  private boolean superseded;
  private boolean published;

  FileDraft(FileBlobStore store, BlobId id, Buffers buffers) {
    this.store = store;
    this.id = id;
    this.buffers = buffers;
  }

  synchronized void open() throws IOException {
    if (!superseded) {
      file =
          FileChannel.open(
              store.draftPath(id),
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
              OwnerOnly.file());
      size = file.size();
    }
  }

  BlobId id() {
    return id;
  }

  /** Stops this writer, because a newer writer took over or the draft was deleted. */
  synchronized void supersede() {
    superseded = true;
    closeFile();
  }

  @Override
  public synchronized long size() {
    return size;
  }

  /**
   * Starts with a small buffer. Borrows one of the few large buffers when the sender proves fast.
   */
  @Override
  public long append(ReadableByteChannel from, long limit) throws IOException {
    long left = limit;
    ByteBuffer small = ByteBuffer.allocate(Buffers.SMALL);
    for (boolean fast = false; left > 0 && !fast; ) {
      int count = from.read(small.clear().limit((int) Math.min(small.capacity(), left)));
      if (count < 0) {
        return limit - left;
      }
      write(small.flip());
      left -= count;
      fast = count == small.capacity() && buffers.available();
    }
    try (Buffers.Loan loan = buffers.large()) {
      return limit - left + appendFast(from, left, loan.buffer());
    }
  }

  private long appendFast(ReadableByteChannel from, long limit, ByteBuffer buffer)
      throws IOException {
    long left = limit;
    while (left > 0) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), left));
      boolean ended = false;
      try {
        while (buffer.hasRemaining() && !ended) {
          ended = from.read(buffer) < 0;
        }
      } finally {
        left -= buffer.position();
        write(buffer.flip());
      }
      if (ended) {
        break;
      }
    }
    return limit - left;
  }

  private synchronized void write(ByteBuffer bytes) {
    FileChannel to = writable();
    try {
      while (bytes.hasRemaining()) {
        size += to.write(bytes, size);
      }
      sendOn(to);
    } catch (ClosedChannelException e) {
      throw takenOver();
    } catch (IOException e) {
      throw FileBlobStore.outage("cannot write the draft " + id, e);
    }
  }

  private void sendOn(FileChannel to) {
    if (size - sentOn >= SENT_ON_BYTES && sending.compareAndSet(false, true)) {
      sentOn = size;
      Thread.ofVirtual().name("send-on").start(() -> force(to));
    }
  }

  private void force(FileChannel to) {
    try {
      to.force(false);
    } catch (ClosedChannelException e) {
      // The code that closed the file forces it to the disk later, or deletes it.
    } catch (IOException e) {
      notSent = e; // the system reports it only once; publish must learn of it
    } finally {
      sending.set(false);
    }
  }

  private FileChannel writable() {
    FileChannel to = file;
    if (superseded || to == null) {
      throw takenOver();
    }
    return to;
  }

  private Refusal takenOver() {
    return new Refusal(
        Code.CONFLICT,
        "another writer took over the draft " + id + ", or it was deleted or closed");
  }

  @Override
  public synchronized void truncate(long to) {
    if (to < 0 || to > size) {
      throw new IllegalArgumentException("cannot cut " + size + " bytes to " + to);
    }
    try {
      writable().truncate(to);
      size = to;
    } catch (IOException e) {
      throw FileBlobStore.outage("cannot cut the draft " + id, e);
    }
  }

  @Override
  public synchronized void publish() {
    if (published) {
      return;
    }
    FileChannel whole = writable();
    Path target = store.path(id);
    try {
      whole.force(true);
      if (notSent != null) {
        throw notSent;
      }
      if (Files.exists(target)) {
        Files.delete(store.draftPath(id));
      } else {
        Files.move(store.draftPath(id), target, StandardCopyOption.ATOMIC_MOVE);
        forceFolder(target);
      }
      published = true;
      close();
    } catch (IOException e) {
      throw FileBlobStore.outage("cannot publish the blob " + id, e);
    }
  }

  /** The name is part of the folder's own data, which must reach the disk too. */
  private static void forceFolder(Path file) throws IOException {
    try (FileChannel folder = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  @Override
  public synchronized void close() {
    closeFile();
    store.closed(this);
  }

  private void closeFile() {
    try {
      if (file != null) {
        file.close();
        file = null;
      }
    } catch (IOException e) {
      throw FileBlobStore.outage("cannot close the draft " + id, e);
    }
  }
}
