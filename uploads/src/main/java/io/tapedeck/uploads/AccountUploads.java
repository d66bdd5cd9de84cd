package io.tapedeck.uploads;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.BlobId;
import io.tapedeck.core.BlobStore;
import io.tapedeck.sql.Database;
import java.time.Clock;

/**
 * The uploads of one account, for whoever removes accounts: that may be another process than a
 * gateway, and before any gateway has made its tables.
 */
public record AccountUploads(Database database, BlobStore store, Clock clock) {
  /**
   * Deletes all of an account's uploads: their bytes, the room reserved for the rest, and what its
   * Idempotency-Keys were answered. A request that still brings bytes fails as one that was
   * overtaken does.
   */
  public void remove(AccountId account) {
    UploadTable.migrate(database);
    UploadTable table = new UploadTable(database, clock);
    for (Upload upload : table.of(account)) {
      store.discard(upload.blob());
      if (!upload.finished()) {
        store.delete(upload.blob()); // whole, but not yet a conversion
      }
      table.delete(upload.id());
    }
    IdempotencyKeys.forgetAll(database, account).forEach(id -> store.discard(BlobId.video(id)));
  }
}
