package io.tapedeck.gateway;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.Ledger;
import io.tapedeck.http.Exchange;
import io.tapedeck.http.Reply;
import io.tapedeck.http.Router;
import io.tapedeck.uploads.Admission;
import io.tapedeck.uploads.Quota;
import io.tapedeck.uploads.UploadTable;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What this server accepts, for clients to know before they send. */
final class LimitsRoute {
  private final AccessCheck access;
  private final Ledger ledger;
  private final UploadTable table;
  private final GatewaySettings settings;
  private final Clock clock;

  LimitsRoute(
      AccessCheck access, Ledger ledger, UploadTable table, GatewaySettings settings, Clock clock) {
    this.access = access;
    this.ledger = ledger;
    this.table = table;
    this.settings = settings;
    this.clock = clock;
  }

  void routes(Router router) {
    router.on("GET", "/v1/limits", this::get);
  }

  /**
   * The document. Bytes and seconds; null is no limit.
   *
   * @param fileSize of one video
   * @param chunkSize of one request of a resumable upload, as advised
   * @param usage of the account that asks; null when nobody is signed in
   */
  record Document(
      long fileSize,
      long chunkSize,
      @Nullable Long storedBytes,
      @Nullable Long soundSeconds,
      int active,
      int createsPerMinute,
      long uploadExpirySeconds,
      long retentionSeconds,
      long longestLinkSeconds,
      Options options,
      @Nullable Use usage) {}

  /** What options may be. */
  record Options(List<Integer> bitrates, Span quality, Span loudness) {}

  /** The least and the most. */
  record Span(int from, int to) {}

  /** What an account uses now, and of audio in the last 30 days. */
  record Use(long storedBytes, double soundSeconds, int active) {}

  private static final Options OPTIONS =
      new Options(
          List.of(32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
          new Span(0, 9),
          new Span(-70, -5));

  private Reply get(Exchange exchange) {
    Optional<AccountId> account = access.accountIfAny(exchange);
    Document document =
        new Document(
            settings.uploads().largestFile(),
            settings.chunk(),
            settings.uploads().quota().storedBytes() == Quota.NO_LIMIT
                ? null
                : settings.uploads().quota().storedBytes(),
            settings.uploads().quota().audio().compareTo(Quota.NO_AUDIO_LIMIT) >= 0
                ? null
                : settings.uploads().quota().audio().toSeconds(),
            settings.uploads().quota().active(),
            settings.uploads().quota().createsPerMinute(),
            settings.keeping().openUpload().toSeconds(),
            settings.keeping().conversion().toSeconds(),
            settings.links().longest().toSeconds(),
            OPTIONS,
            account.map(this::use).orElse(null));
    return Reply.json(document).header("Cache-Control", "no-store");
  }

  private Use use(AccountId account) {
    Ledger.Usage usage = ledger.usage(account, clock.instant().minus(Admission.MONTH));
    UploadTable.Open open = table.open(account);
    return new Use(
        usage.storedBytes() + open.bytes(),
        OptionFields.seconds(usage.converted()),
        usage.active() + open.count());
  }
}
