package io.tapedeck.uploads;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.BlobId;
import io.tapedeck.core.BlobStore;
import io.tapedeck.sql.Database;
import java.time.Clock;

/**
 * The uploads of one account, for the process that removes accounts. That process may be another
 * one than a gateway. It may run before a gateway has created the tables.
 */
public record AccountUploads(Database database, BlobStore store, Clock clock) {
  /**
   * Deletes all uploads of an account: their bytes, the disk space reserved for missing bytes, and
   * the stored answers of its Idempotency-Keys. A request that still uploads bytes fails, as it
   * does when a newer request takes its lock.
   */
  public void remove(AccountId account) {
    new OwnQuotas(database).set(account, OwnQuotas.Own.NONE);
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
