package io.tapedeck.core;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Stores bytes: videos and MP3s. A blob is either complete or absent, and never changes. Before its
 * publication a blob is a draft. A writer appends to the draft, resumes it after a crash and
 * publishes it at the end. Methods throw {@link Outage} when the store fails ({@link
 * Code#DISK_FULL} when it is full).
 */
public interface BlobStore extends Component {
  /**
   * Opens the draft with this id: a new one, or an existing one with its bytes. A draft has one
   * writer at a time, the newest. The next call of an older writer is a {@link Refusal} {@link
   * Code#CONFLICT}.
   */
  Draft draft(BlobId id);

  /**
   * How many bytes of a draft are safely kept, without opening it; empty when there is no such
   * draft.
   */
  Optional<Long> draftSize(BlobId id);

  /**
   * Deletes a draft. A missing draft is no error. A writer that has the draft open fails like an
   * older writer in {@link #draft}.
   */
  void discard(BlobId id);

  /** The size of a published blob. */
  Optional<Long> size(BlobId id);

  /**
   * Writes a range of a published blob to the channel, which stays open.
   *
   * @throws Refusal {@link Code#NOT_FOUND} when there is no such blob
   * @throws IOException when the receiver fails
   */
  void read(BlobId id, long offset, long length, WritableByteChannel to) throws IOException;

  /**
   * The blob as a seekable file that the caller must not change. This is the local store's own
   * file, or a copy below the folder {@code scratch}.
   *
   * @throws Refusal {@link Code#NOT_FOUND} when there is no such blob
   */
  Path file(BlobId id, Path scratch);

  /** Deletes a published blob. A missing blob is no error. Must work on a full disk. */
  void delete(BlobId id);

  /** Passes every blob and draft of a bucket to the visitor, in any order. */
  void each(BlobId.Bucket bucket, Consumer<Entry> visitor);

  /** How many bytes can still be stored; {@link Long#MAX_VALUE} when the store does not know. */
  long room();

  /**
   * A blob that is being written. Closing keeps the appended bytes for a later {@link #draft}. Only
   * {@link #publish()} makes the draft a blob.
   */
  interface Draft extends AutoCloseable {
    /** How many bytes are safely kept. After a crash at least these bytes are still there. */
    long size();

    /**
     * Appends the channel's bytes, until its end or until {@code limit} bytes. The appended bytes
     * are safely kept when the method returns. When the source fails, the bytes that arrived before
     * are kept too, and {@link #size()} tells how many.
     *
     * @return how many bytes were appended
     * @throws IOException when the source fails
     */
    long append(ReadableByteChannel from, long limit) throws IOException;

    /**
     * Cuts the draft back to its first {@code size} bytes, to remove a part that failed its
     * checksum.
     */
    void truncate(long size);

    /**
     * Makes the draft a blob, complete and safe on disk. An existing blob with that id stays
     * unchanged.
     */
    void publish();

    @Override
    void close();
  }

  /**
   * One blob or draft in a bucket.
   *
   * @param changedAt when bytes were last added
   * @param published true for a blob, false for a draft
   */
  record Entry(BlobId id, long size, Instant changedAt, boolean published) {}
}
