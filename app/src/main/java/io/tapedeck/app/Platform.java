package io.tapedeck.app;

import io.tapedeck.admin.OperatorRoutes;
import io.tapedeck.core.Component;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.EventBus;
import io.tapedeck.core.EventBus.Subscription;
import io.tapedeck.core.Secret;
import io.tapedeck.http.WebServer;
import io.tapedeck.settings.Settings;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All of Tapedeck in one working process: all roles on the stores of one machine. */
record Platform(
    DataFolder folder,
    Metrics metrics,
    Stores stores,
    Roles roles,
    WebServer web,
    WebServer admin,
    Subscription mails,
    URI address)
    implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Platform.class);
  static final int MAILS_AT_ONCE = 4;
  private static final URI NOT_YET = URI.create("http://localhost");
  private static final int COUNTED_QUEUE = 1000;

  /**
   * Builds all parts in stages and starts their work. When a stage fails, the earlier stages are
   * closed again.
   */
  static Platform start(Settings settings, Clock clock) {
    try (Closer begun = new Closer()) {
      DataFolder folder = begun.add("data folder", DataFolder.open(settings.data()));
      Metrics metrics = begun.add("metrics", new Metrics());
      Stores stores = begun.add("stores", Stores.local(folder, metrics::moved, clock));
      AtomicReference<URI> address = new AtomicReference<>(NOT_YET);
      OperatorRoutes operator = new OperatorRoutes(metrics::text, Metrics.CONTENT_TYPE);
      Roles roles = Roles.on(stores, settings, folder, operator, address::get, clock);
      begun.add("roles", roles);
      freeAll(roles);
      WebServer web = begun.add("web", Listening.web(settings.web(), roles.routes(), metrics));
      address.set(settings.publicUrl().orElseGet(web::uri));
      gauges(metrics, stores, clock);
      metrics.gauge(
          "tapedeck.converter.active",
          "Conversions running here",
          () -> roles.converter().active());
      Subscription mails = begun.add("e-mails", work(stores, roles));
      WebServer admin =
          begun.add(
              "admin",
              admin(
                  settings,
                  operator,
                  parts(stores, roles, web, mails),
                  shown(settings, stores, roles)));
      begun.keep();
      return new Platform(folder, metrics, stores, roles, web, admin, mails, address.get());
    }
  }

  /** Frees leases, claims and uploads: their process is dead, as the folder was not locked. */
  private static void freeAll(Roles roles) {
    roles.mails().releaseAll();
    roles.janitor().freeAll();
    roles.gateway().freeAll();
  }

  private static Subscription work(Stores stores, Roles roles) {
    roles.auth().start();
    roles.gateway().start();
    roles.converter().start();
    roles.janitor().start();
    roles.lateMails().start();
    return stores.bus().consume(EventBus.Queue.MP3, MAILS_AT_ONCE, roles.notifier());
  }

  private static Map<String, Component> parts(
      Stores stores, Roles roles, WebServer web, Subscription mails) {
    Map<String, Component> parts = new LinkedHashMap<>(stores.parts());
    parts.putAll(roles.parts());
    parts.put("e-mails", mails);
    parts.put("web", web);
    return parts;
  }

  /** The parts without which the process still serves people. */
  private static Map<String, Component> shown(Settings settings, Stores stores, Roles roles) {
    Map<String, Component> shown = new LinkedHashMap<>(roles.shown());
    shown.put("disk", new DiskRoom(stores.blobs(), settings.edge().diskMargin()));
    return shown;
  }

  private static WebServer admin(
      Settings settings,
      OperatorRoutes operator,
      Map<String, Component> parts,
      Map<String, Component> shown) {
    operator.working(parts, shown);
    return Listening.admin(settings.admin(), operator.routes());
  }

  static void gauges(Metrics metrics, Stores stores, Clock clock) {
    metrics.gauge(
        "tapedeck.queue.length",
        "Conversions that wait for a converter, counted up to " + COUNTED_QUEUE,
        () -> stores.ledger().queuedBefore(clock.instant(), COUNTED_QUEUE).size());
    metrics.gauge(
        "tapedeck.queue.age.seconds",
        "How long the conversion that waits longest has waited; 0 when none waits",
        () -> age(stores.ledger().queuedBefore(clock.instant(), 1), clock));
    metrics.gauge("tapedeck.room.bytes", "Bytes that can be stored", () -> stores.blobs().room());
  }

  private static long age(List<Conversion> oldest, Clock clock) {
    return oldest.isEmpty()
        ? 0
        : Duration.between(oldest.getFirst().changedAt(), clock.instant()).toSeconds();
  }

  /** The token to make the first administrator; empty when there is one. */
  Optional<Secret> setupToken() {
    return roles.auth().setupToken();
  }

  /**
   * Stops: no new work begins, requests in progress end or can be resumed, conversions are handed
   * back, then all parts are closed. After a part fails to close, the others are still closed.
   */
  @Override
  public void close() {
    LOG.atInfo().log("stopping; what is under way is finished or handed back");
    try (Closer all = new Closer()) {
      all.add("data folder", folder);
      all.add("metrics", metrics);
      all.add("admin", admin);
      all.add("stores", stores);
      all.add("roles", roles);
      all.add("e-mails", mails);
      all.add("web", web);
      all.add("gateway", roles.gateway());
    }
    LOG.atInfo().log("stopped");
  }
}
