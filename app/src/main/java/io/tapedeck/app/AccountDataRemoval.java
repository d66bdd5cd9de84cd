package io.tapedeck.app;

import io.tapedeck.auth.AccountRemoval;
import io.tapedeck.core.AccountId;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionState;
import io.tapedeck.core.Event;
import io.tapedeck.core.Ledger;
import io.tapedeck.core.Move;
import io.tapedeck.uploads.AccountUploads;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Deletes the data of a removed account: its uploads, and its conversions with their files. */
final class AccountDataRemoval implements AccountRemoval {
  private static final int PAGE = 200;

  private final Stores stores;
  private final AccountUploads uploads;

  AccountDataRemoval(Stores stores, Clock clock) {
    this.stores = stores;
    uploads = new AccountUploads(stores.database(), stores.blobs(), clock);
  }

  @Override
  public void leaves(AccountId account) {
    uploads.remove(account); // first, as an upload may become a conversion
    @Nullable ConversionId last = null;
    List<Conversion> page;
    do {
      page = stores.ledger().list(account, new Ledger.Page(last, Set.of(), null, PAGE));
      page.forEach(this::delete);
      last = page.isEmpty() ? null : page.getLast().id();
    } while (page.size() == PAGE);
  }

  private void delete(Conversion conversion) {
    if (stores.ledger().expire(conversion.id(), true) instanceof Move.Done) {
      stores.bus().tell(new Event.Stopped(conversion.id(), conversion.owner()));
    }
    stores.blobs().delete(conversion.video().blob());
    if (conversion.state() instanceof ConversionState.Ready(var mp3)) {
      stores.blobs().delete(mp3.blob());
    }
  }
}
