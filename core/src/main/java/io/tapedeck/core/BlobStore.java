package io.tapedeck.core;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Bytes kept: videos and MP3s. A blob appears whole or not at all and never changes. Until then it
 * is a draft: appended to, resumed after a crash, and published at the end. Methods throw {@link
 * Outage} when the store fails ({@link Code#DISK_FULL} when it is full).
 */
public interface BlobStore extends Component {
  /**
   * Opens the draft with this id, new or with the bytes it already has. One writer at a time; the
   * newest wins, and whatever the older does next is a {@link Refusal} {@link Code#CONFLICT}.
   */
  Draft draft(BlobId id);

  /** The bytes a draft has safely kept, without opening it; empty when there is no such draft. */
  Optional<Long> draftSize(BlobId id);

  /**
   * Deletes a draft; a missing one is no error. A writer that has it open fails as one that was
   * overtaken does.
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
   * The blob as a file that can be read and sought in; it must not be changed. The local store's
   * own file, or a copy below the folder.
   *
   * @throws Refusal {@link Code#NOT_FOUND} when there is no such blob
   */
  Path file(BlobId id, Path scratch);

  /** Deletes a published blob; a missing one is no error. Must work on a full disk. */
  void delete(BlobId id);

  /** Hands over every blob and draft of a bucket, in no order. */
  void each(BlobId.Bucket bucket, Consumer<Entry> visitor);

  /**
   * Bytes that can still be stored, as far as the store knows; {@link Long#MAX_VALUE} when it does
   * not.
   */
  long room();

  /**
   * A blob being written. Closing keeps what was appended, for a later {@link #draft}; only {@link
   * #publish()} makes it a blob.
   */
  interface Draft extends AutoCloseable {
    /** Bytes safely kept: after a crash at least these are still there. */
    long size();

    /**
     * Appends what the channel has until its end or until {@code limit} bytes. Bytes count as kept
     * when the method returns; when the source fails, those that arrived before are kept too and
     * {@link #size()} tells how many.
     *
     * @return how many bytes were appended
     * @throws IOException when the source fails
     */
    long append(ReadableByteChannel from, long limit) throws IOException;

    /** Cuts the draft back to its first {@code size} bytes: a part that failed its checksum. */
    void truncate(long size);

    /**
     * Makes the draft a blob, whole and safe on disk. A blob of that id that is already there stays
     * as it is.
     */
    void publish();

    @Override
    void close();
  }

  /**
   * One thing on a bucket.
   *
   * @param changedAt when bytes last came to it
   * @param published whether it is a blob, not a draft
   */
  record Entry(BlobId id, long size, Instant changedAt, boolean published) {}
}
