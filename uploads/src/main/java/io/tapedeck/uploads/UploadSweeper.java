package io.tapedeck.uploads;

import io.tapedeck.core.BlobId;
import io.tapedeck.core.BlobStore;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cleans up after clients that did not return. One round finishes uploads that have all their
 * bytes, deletes the bytes of expired uploads, and deletes old rows and keys. Every replica may run
 * it.
 */
public final class UploadSweeper {
  private static final Logger LOG = LoggerFactory.getLogger(UploadSweeper.class);

  /** How long the server still reports an expired upload as expired. */
  private static final Duration REMEMBERED = Duration.ofDays(1);

  private final UploadTable table;
  private final OpenUploads uploads;
  private final UploadLocks locks;
  private final Submissions submissions;
  private final IdempotencyKeys keys;
  private final Clock clock;

  public UploadSweeper(
      UploadTable table,
      OpenUploads uploads,
      UploadLocks locks,
      Submissions submissions,
      IdempotencyKeys keys,
      Clock clock) {
    this.table = table;
    this.uploads = uploads;
    this.locks = locks;
    this.submissions = submissions;
    this.keys = keys;
    this.clock = clock;
  }

  public void round() {
    table.whole().forEach(upload -> guarded(upload, () -> uploads.finishIfWhole(upload)));
    table.expired().forEach(upload -> guarded(upload, () -> expire(upload)));
    table.forget(clock.instant().minus(REMEMBERED));
    keys.sweep();
  }

  /**
   * Cleans up at the start of the only process, before it serves: no upload is being received.
   * Deletes the bytes of unfinished uploads in one request. Uploads in parts stay and can be
   * resumed.
   */
  public void freeAll() {
    keys.letGoAll();
    submissions.store().each(BlobId.Bucket.VIDEOS, this::discardUnlessResumable);
  }

  private void discardUnlessResumable(BlobStore.Entry entry) {
    if (!entry.published() && table.find(new UploadId(entry.id().conversion())).isEmpty()) {
      LOG.atInfo()
          .addKeyValue("conversion", entry.id().conversion())
          .addKeyValue("bytes", entry.size())
          .log("the server was killed while this came in one request; its bytes are deleted");
      submissions.store().discard(entry.id());
    }
  }

  private void expire(Upload upload) {
    if (uploads.finishIfWhole(upload).isPresent()) {
      return;
    }
    Optional<UploadLocks.Lock> lock = locks.tryLock(upload.id());
    if (lock.isPresent()) {
      try (UploadLocks.Lock _ = lock.get()) {
        submissions.store().discard(upload.blob());
        LOG.atInfo()
            .addKeyValue("upload", upload.id())
            .addKeyValue("bytes", upload.received())
            .log("an upload got no bytes for too long; they are deleted");
        table.clear(upload.id());
      }
    }
  }

  private static void guarded(Upload upload, Runnable work) {
    try {
      work.run();
    } catch (Throwable e) {
      LOG.atWarn()
          .setCause(e)
          .addKeyValue("upload", upload.id())
          .log("an upload could not be swept; the next round tries again");
    }
  }
}
