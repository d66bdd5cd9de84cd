package io.tapedeck.gateway;

import io.tapedeck.core.BlobStore;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.Video;
import java.util.Optional;
import java.util.OptionalLong;

/** How far uploads are, and how they become conversions. */
final class OpenUploads {
  private final UploadTable table;
  private final Turns turns;
  private final Intake intake;

  OpenUploads(UploadTable table, Turns turns, Intake intake) {
    this.table = table;
    this.turns = turns;
    this.intake = intake;
  }

  /** The bytes of an upload that are safely kept and right. Never waits for a writer. */
  long offset(Upload upload) {
    if (upload.finished()) {
      return upload.length().orElseThrow();
    }
    BlobStore store = intake.store();
    Optional<Long> draft = store.draftSize(upload.blob());
    if (draft.isPresent()) {
      OptionalLong live = turns.checkedFrom(upload.id());
      long right = live.orElse(upload.checkedFrom().orElse(Long.MAX_VALUE));
      return Math.min(draft.get(), right);
    }
    return store
        .size(upload.blob())
        .or(() -> intake.find(upload.id().conversion()).map(known -> known.video().size()))
        .orElse(0L);
  }

  /** Makes the conversion of an upload whose last byte is in its draft. */
  ConversionId finish(Upload upload, BlobStore.Draft draft) {
    long size = draft.size();
    draft.publish();
    return accepted(upload, size);
  }

  /**
   * Finishes an upload that has all its bytes, where a crash or an outage has kept that from being
   * done; nothing when bytes are missing or somebody is writing.
   */
  Optional<ConversionId> finishIfWhole(Upload upload) {
    if (upload.finished()) {
      return Optional.of(upload.id().conversion());
    }
    if (!upload.complete(offset(upload))) {
      return Optional.empty();
    }
    Optional<Turns.Turn> turn = turns.takeIfFree(upload.id());
    if (turn.isEmpty()) {
      return Optional.empty();
    }
    try (Turns.Turn _ = turn.get()) {
      return Optional.of(finishWhole(upload));
    }
  }

  /** Finishes an upload that has all its bytes; its turn is the caller's. */
  ConversionId finishWhole(Upload upload) {
    if (intake.store().draftSize(upload.blob()).isEmpty()) {
      return accepted(upload, upload.length().orElseThrow());
    }
    try (BlobStore.Draft draft = intake.store().draft(upload.blob())) {
      return finish(upload, draft);
    }
  }

  private ConversionId accepted(Upload upload, long size) {
    ConversionId id = upload.id().conversion();
    Optional<Conversion> earlier = intake.find(id);
    if (earlier.isEmpty()) {
      intake.accept(
          id, upload.owner(), new Video(upload.name(), size, upload.blob()), upload.options());
    }
    table.finish(upload.id());
    return id;
  }

  /** Ends an upload: whoever writes to it is hung up, its bytes go. */
  void discard(Upload upload) {
    turns.hangUp(upload.id());
    intake.store().discard(upload.blob());
    table.delete(upload.id());
  }
}
