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

/** Tells clients what this server accepts, before they upload. */
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
   * The document. Units are bytes and seconds; null means no limit.
   *
   * @param fileSize of one video
   * @param chunkSize advised size of one request of a resumable upload
   * @param usage of the principal's account; null when the request is anonymous
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

  /** The allowed values of options. */
  record Options(List<Integer> bitrates, Span quality, Span loudness) {}

  /** The smallest and the largest value. */
  record Span(int from, int to) {}

  /** What an account uses now. Seconds of audio count over the last 30 days. */
  record Use(long storedBytes, double soundSeconds, int active) {}

  private static final Options OPTIONS =
      new Options(
          List.of(32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
          new Span(0, 9),
          new Span(-70, -5));

  private Reply get(Exchange exchange) {
    Optional<AccountId> account = access.accountIfAny(exchange);
    Quota others = settings.uploads().quota();
    Quota quota = account.map(id -> table.quotas().quota(id, others)).orElse(others);
    Document document =
        new Document(
            settings.uploads().largestFile(),
            settings.chunk(),
            quota.storedBytes() == Quota.NO_LIMIT ? null : quota.storedBytes(),
            quota.audio().compareTo(Quota.NO_AUDIO_LIMIT) >= 0 ? null : quota.audio().toSeconds(),
            quota.active(),
            quota.createsPerMinute(),
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
