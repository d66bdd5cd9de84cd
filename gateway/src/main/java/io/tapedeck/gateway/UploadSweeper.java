package io.tapedeck.gateway;

import io.tapedeck.core.BlobId;
import io.tapedeck.core.BlobStore;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cleans up after clients that never came back. One round finishes uploads that have all their
 * bytes, deletes the bytes of those whose time is over, and forgets old rows and keys. Every
 * replica may run it.
 */
final class UploadSweeper {
  private static final Logger LOG = LoggerFactory.getLogger(UploadSweeper.class);

  /** How long one who comes back too late is told that the upload has expired. */
  private static final Duration REMEMBERED = Duration.ofDays(1);

  private final UploadTable table;
  private final OpenUploads uploads;
  private final Turns turns;
  private final Intake intake;
  private final IdempotencyKeys keys;
  private final Clock clock;

  UploadSweeper(
      UploadTable table,
      OpenUploads uploads,
      Turns turns,
      Intake intake,
      IdempotencyKeys keys,
      Clock clock) {
    this.table = table;
    this.uploads = uploads;
    this.turns = turns;
    this.intake = intake;
    this.keys = keys;
    this.clock = clock;
  }

  void round() {
    table.whole().forEach(upload -> guarded(upload, () -> uploads.finishIfWhole(upload)));
    table.expired().forEach(upload -> guarded(upload, () -> expire(upload)));
    table.forget(clock.instant().minus(REMEMBERED));
    keys.sweep();
  }

  /**
   * For a process that is the only one and serves nobody yet: whatever was being received is not
   * received any more. Bytes that came in one request go, parts stay and can be gone on with.
   */
  void freeAll() {
    keys.letGoAll();
    intake.store().each(BlobId.Shelf.VIDEOS, this::discardUnlessResumable);
  }

  private void discardUnlessResumable(BlobStore.Entry entry) {
    if (!entry.published() && table.find(new UploadId(entry.id().conversion())).isEmpty()) {
      LOG.atInfo()
          .addKeyValue("conversion", entry.id().conversion())
          .addKeyValue("bytes", entry.size())
          .log("the server was killed while this came in one request; its bytes are deleted");
      intake.store().discard(entry.id());
    }
  }

  private void expire(Upload upload) {
    if (uploads.finishIfWhole(upload).isPresent()) {
      return;
    }
    Optional<Turns.Turn> turn = turns.takeIfFree(upload.id());
    if (turn.isPresent()) {
      try (Turns.Turn _ = turn.get()) {
        intake.store().discard(upload.blob());
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
