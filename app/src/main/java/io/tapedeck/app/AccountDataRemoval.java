package io.tapedeck.app;

import io.tapedeck.auth.AccountRemoval;
import io.tapedeck.core.AccountId;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionState;
import io.tapedeck.core.Event;
import io.tapedeck.core.Ledger;
import io.tapedeck.core.Move;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Deletes what an account leaves behind: its conversions with their videos and MP3s. */
final class AccountDataRemoval implements AccountRemoval {
  private static final int PAGE = 200;

  private final Stores stores;

  AccountDataRemoval(Stores stores) {
    this.stores = stores;
  }

  @Override
  public void leaves(AccountId account) {
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
