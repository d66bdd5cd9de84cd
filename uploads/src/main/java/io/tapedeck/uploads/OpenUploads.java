package io.tapedeck.uploads;

import io.tapedeck.core.BlobStore;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.Video;
import java.util.Optional;
import java.util.OptionalLong;

/** Knows the progress of uploads and turns complete uploads into conversions. */
public final class OpenUploads {
  private final UploadTable table;
  private final UploadLocks locks;
  private final Submissions submissions;

  public OpenUploads(UploadTable table, UploadLocks locks, Submissions submissions) {
    this.table = table;
    this.locks = locks;
    this.submissions = submissions;
  }

  /** The number of stored bytes that are known to be right. Never waits for a writer. */
  public long offset(Upload upload) {
    if (upload.finished()) {
      return upload.length().orElseThrow();
    }
    BlobStore store = submissions.store();
    Optional<Long> draft = store.draftSize(upload.blob());
    if (draft.isPresent()) {
      OptionalLong live = locks.checkedFrom(upload.id());
      long right = live.orElse(upload.checkedFrom().orElse(Long.MAX_VALUE));
      return Math.min(draft.get(), right);
    }
    return store
        .size(upload.blob())
        .or(() -> submissions.find(upload.id().conversion()).map(known -> known.video().size()))
        .orElse(0L);
  }

  /** Creates the conversion of an upload whose last byte is in its draft. */
  public ConversionId finish(Upload upload, BlobStore.Draft draft) {
    long size = draft.size();
    draft.publish();
    return accepted(upload, size);
  }

  /**
   * Finishes an upload that has all its bytes, but was not finished because of a crash or an
   * outage. Returns empty when bytes are missing or a request writes to the upload.
   */
  public Optional<ConversionId> finishIfWhole(Upload upload) {
    if (upload.finished()) {
      return Optional.of(upload.id().conversion());
    }
    if (!upload.complete(offset(upload))) {
      return Optional.empty();
    }
    Optional<UploadLocks.Lock> lock = locks.tryLock(upload.id());
    if (lock.isEmpty()) {
      return Optional.empty();
    }
    try (UploadLocks.Lock _ = lock.get()) {
      return Optional.of(finishWhole(upload));
    }
  }

  /** Finishes an upload that has all its bytes. The caller holds the upload's lock. */
  public ConversionId finishWhole(Upload upload) {
    if (submissions.store().draftSize(upload.blob()).isEmpty()) {
      return accepted(upload, upload.length().orElseThrow());
    }
    try (BlobStore.Draft draft = submissions.store().draft(upload.blob())) {
      return finish(upload, draft);
    }
  }

  private ConversionId accepted(Upload upload, long size) {
    ConversionId id = upload.id().conversion();
    Optional<Conversion> earlier = submissions.find(id);
    if (earlier.isEmpty()) {
      submissions.accept(
          id, upload.owner(), new Video(upload.name(), size, upload.blob()), upload.options());
    }
    table.finish(upload.id());
    return id;
  }

  /** Deletes an upload together with the conversion that it became. */
  public void withdraw(Upload upload) {
    submissions.find(upload.id().conversion()).ifPresent(submissions::remove);
    table.delete(upload.id());
  }

  /** Ends an upload: interrupts the request that writes to it and deletes its bytes. */
  public void discard(Upload upload) {
    locks.hangUp(upload.id());
    submissions.store().discard(upload.blob());
    table.delete(upload.id());
  }
}
