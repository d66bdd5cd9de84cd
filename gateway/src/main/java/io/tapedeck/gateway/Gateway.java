package io.tapedeck.gateway;

import io.tapedeck.archive.Archives;
import io.tapedeck.core.BlobStore;
import io.tapedeck.core.Component;
import io.tapedeck.core.EventBus;
import io.tapedeck.core.Identity;
import io.tapedeck.core.Ledger;
import io.tapedeck.http.Router;
import io.tapedeck.identity.Authentication;
import io.tapedeck.sharing.SharedLinks;
import io.tapedeck.sharing.SignedLinks;
import io.tapedeck.sql.Database;
import io.tapedeck.tasks.Schedule;
import io.tapedeck.uploads.Admission;
import io.tapedeck.uploads.IdempotencyKeys;
import io.tapedeck.uploads.OpenUploads;
import io.tapedeck.uploads.Submissions;
import io.tapedeck.uploads.UploadLocks;
import io.tapedeck.uploads.UploadSweeper;
import io.tapedeck.uploads.UploadTable;
import java.time.Clock;
import java.time.Duration;

/**
 * The public edge, assembled. It closes before the web server closes. From then on it refuses new
 * work, and event streams and waiting requests end at once. Running uploads have the server's stop
 * time to end; after that, clients resume them later.
 */
public final class Gateway implements Component {
  private static final Duration ROUND = Duration.ofMinutes(1);

  private final AccessCheck access;
  private final ChangeFeed changes;
  private final Uploads plain;
  private final TusUploads resumable;
  private final Conversions conversions;
  private final Downloads downloads;
  private final Archives archives;
  private final LinkRoutes linkRoutes;
  private final LiveEvents events;
  private final LimitsRoute limits;
  private final UploadSweeper sweeper;
  private final Schedule tasks;

  /** Brings the gateway's tables up to date. It serves no request before {@link #routes}. */
  public Gateway(
      Ledger ledger,
      BlobStore store,
      EventBus bus,
      Identity identity,
      Database database,
      GatewaySettings settings,
      Clock clock) {
    UploadTable.migrate(database);
    Addresses addresses = new Addresses(settings.publicUrl());
    Submissions submissions =
        new Submissions(store, ledger, bus, settings.keeping().conversion(), clock);
    UploadTable table = new UploadTable(database, clock);
    UploadLocks locks = new UploadLocks();
    OpenUploads open = new OpenUploads(table, locks, submissions);
    Duration expiry = settings.keeping().openUpload();
    Admission admission = new Admission(settings.uploads(), ledger, store, table, expiry, clock);
    IdempotencyKeys keys =
        new IdempotencyKeys(database, settings.keeping().idempotencyKey(), clock);
    access =
        new AccessCheck(
            new Authentication(identity),
            new Rates(settings.uploads().quota().createsPerMinute(), clock),
            clock);
    Parts parts = new Parts(access, table, open, locks, admission, store, settings, clock);
    SharedLinks links =
        new SharedLinks(database, new SignedLinks(settings.links().key(), clock), clock);
    changes = new ChangeFeed(bus);
    plain = new Uploads(access, admission, keys, submissions, addresses, clock);
    resumable = new TusUploads(access, admission, open, parts, addresses, settings, clock);
    conversions =
        new Conversions(access, admission, ledger, store, bus, submissions, changes, addresses);
    downloads = new Downloads(access, ledger, store, links);
    linkRoutes =
        new LinkRoutes(
            access, ledger, downloads, links, new PageFiles(), addresses, settings, clock);
    archives =
        new Archives(
            ledger,
            store,
            new Archives.Callers(access::account, addresses::origin, FileNames::mp3),
            settings.links().key(),
            settings.links().byDefault(),
            clock);
    events = new LiveEvents(access, ledger, changes, addresses, settings, clock);
    limits = new LimitsRoute(access, ledger, table, settings, clock);
    sweeper = new UploadSweeper(table, open, locks, submissions, keys, clock);
    tasks = new Schedule(clock);
    tasks.every("upload-sweeper", ROUND, ROUND, sweeper::round);
  }

  /** Starts the cleanup of uploads, once a minute. */
  public void start() {
    tasks.start();
  }

  /** Adds all routes of the public edge. */
  public void routes(Router router) {
    plain.routes(router);
    resumable.routes(router);
    conversions.routes(router);
    downloads.routes(router);
    archives.routes(router);
    linkRoutes.routes(router);
    events.routes(router);
    limits.routes(router);
    fixedRoutes(router);
  }

  /** Adds the routes that need no store: the page and the description of the API. */
  public static void fixedRoutes(Router router) {
    new PageFiles().routes(router);
    new OpenApi().routes(router);
  }

  /**
   * Cleans up after a process that was killed. Only for the start of a machine that is alone,
   * before it serves requests. Clients can retry requests with an Idempotency-Key at once.
   */
  public void freeAll() {
    sweeper.freeAll();
  }

  /** Runs one round of the cleanup. */
  void sweep() {
    sweeper.round();
  }

  /** The scheduled cleanup. Its failures do not stop uploads. */
  public Schedule tasks() {
    return tasks;
  }

  /** Reports only whether the gateway is stopping. The gateway itself has nothing that can fail. */
  @Override
  public Health check() {
    return access.open() ? Health.up() : Health.down("the gateway is stopping");
  }

  @Override
  public void close() {
    access.close();
    changes.close();
    tasks.close();
  }
}
