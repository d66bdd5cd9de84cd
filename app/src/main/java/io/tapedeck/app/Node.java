package io.tapedeck.app;

import io.tapedeck.auth.Auth;
import io.tapedeck.auth.AuthSettings;
import io.tapedeck.auth.ServiceKeys;
import io.tapedeck.converter.Converter;
import io.tapedeck.converter.Janitor;
import io.tapedeck.core.Component;
import io.tapedeck.core.EventBus;
import io.tapedeck.core.Identity;
import io.tapedeck.core.Secret;
import io.tapedeck.gateway.Gateway;
import io.tapedeck.gateway.Links;
import io.tapedeck.http.Forward;
import io.tapedeck.http.RemoteIdentity;
import io.tapedeck.http.Router;
import io.tapedeck.http.Service;
import io.tapedeck.http.WebServer;
import io.tapedeck.notification.LateLetters;
import io.tapedeck.notification.Letters;
import io.tapedeck.notification.Mailer;
import io.tapedeck.notification.Notifier;
import io.tapedeck.sql.Database;
import java.net.URI;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One role of a cluster in a process of its own, at work on the stores that all share. Any number
 * of each may run; what {@link Platform} does as the only process there is, a node must not do.
 */
final class Node implements AutoCloseable {
  /** What a node can be. */
  enum Role {
    AUTH,
    GATEWAY,
    CONVERTER,
    NOTIFICATION;

    String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(Node.class);
  private static final int SHORTEST_LINK_KEY = 32;

  private final Role role;
  private final Settings settings;
  private final DataFolder folder;
  private final Clock clock;
  private final Metrics metrics;
  private final ServiceKeys keys;
  private final Stores stores;
  private final Map<String, Component> parts;
  private Optional<URI> address = Optional.empty();
  private Optional<Secret> setupToken = Optional.empty();
  private Closing closing = new Closing();

  private Node(Role role, Settings settings, Clock clock, Closing begun) {
    this.role = role;
    this.settings = settings;
    this.clock = clock;
    folder = begun.add("data folder", DataFolder.open(settings.data()));
    metrics = begun.add("metrics", new Metrics());
    Needed.of("database.url", settings.cluster().database());
    Database database = begun.add("database", Stores.database(settings, folder));
    keys = ServiceKeys.open(database, role.wire(), clock);
    Stores plain = Stores.cluster(settings.cluster(), new ServiceSeal(keys), database, clock);
    begun.add("stores", plain);
    stores = plain.withLedger(metrics.counting(plain.ledger()));
    parts = new LinkedHashMap<>(stores.parts());
  }

  /**
   * Starts one. When a stage fails, those before it are closed again.
   *
   * @throws Mistakes when a setting that this role needs is missing
   */
  static Node start(Role role, Settings settings, Clock clock) {
    try (Closing begun = new Closing()) {
      Node node = new Node(role, settings, clock, begun);
      switch (role) {
        case AUTH -> node.auth(begun);
        case GATEWAY -> node.gateway(begun);
        case CONVERTER -> node.converter(begun);
        case NOTIFICATION -> node.notification(begun);
      }
      node.admin(begun);
      node.closing = begun.handOver();
      LOG.atInfo().addKeyValue("role", role.wire()).log("at work");
      return node;
    }
  }

  private void auth(Closing begun) {
    URI publicUrl = Needed.of("server.public-url", settings.publicUrl());
    Mailer mailer = begun.add("mail", Roles.mailer(settings, folder.at("outbox")));
    AuthSettings people = AuthSettings.of(settings.signUp(), () -> publicUrl);
    Post post = new Post();
    Auth auth =
        begun.add("auth", Auth.open(stores.database(), people, post, new Departure(stores), clock));
    Letters letters = new Letters(stores.database(), clock, Roles.TAKEOVER);
    post.goesBy(
        new Notifier(stores.ledger(), auth.identity(), letters, mailer, links(publicUrl), clock),
        people.resetLife(),
        clock);
    Router router = new Router();
    auth.routes(router);
    auth.serviceRoutes(router, keys);
    // Gateways hand requests on and say in headers for whom; wrong passwords are counted by that.
    listen(begun, settings.web().trusting(), router);
    parts.put("auth", auth);
    parts.put("mail", mailer);
    setupToken = auth.setupToken();
  }

  private void gateway(Closing begun) {
    Service service = authService();
    Identity identity = begun.add("identity", new RemoteIdentity(service, Auth.REALM, clock));
    Gateway gateway =
        new Gateway(
            stores.ledger(),
            stores.blobs(),
            stores.bus(),
            identity,
            stores.database(),
            settings.edge().with(linkKey(), settings.publicUrl()),
            clock);
    Router router = new Router();
    gateway.routes(router);
    Forward forward = new Forward(service);
    for (String line : Auth.ADDRESSES) {
      router.on(line.replaceFirst(" .*", ""), line.replaceFirst("^\\S+ ", ""), forward);
    }
    listen(begun, settings.web(), router);
    begun.add("gateway", gateway);
    parts.put("identity", identity);
    parts.put("gateway", gateway);
  }

  private void converter(Closing begun) {
    Converter converter = Roles.converter(stores, settings.work(), folder.at("scratch"), clock);
    begun.add("converter", converter);
    Janitor janitor = begun.add("janitor", Roles.janitor(stores, settings, clock));
    converter.start();
    janitor.start();
    metrics.gauge(
        "tapedeck.converter.active", "Conversions running here", () -> converter.active());
    parts.put("converter", converter);
    parts.put("janitor", janitor);
  }

  private void notification(Closing begun) {
    URI publicUrl = Needed.of("server.public-url", settings.publicUrl());
    Identity identity = begun.add("identity", new RemoteIdentity(authService(), Auth.REALM, clock));
    Mailer mailer = begun.add("mail", Roles.mailer(settings, folder.at("outbox")));
    Letters letters = new Letters(stores.database(), clock, Roles.TAKEOVER);
    Notifier notifier =
        new Notifier(stores.ledger(), identity, letters, mailer, links(publicUrl), clock);
    LateLetters late =
        begun.add("late letters", new LateLetters(letters, notifier, Roles.LATE_LETTERS));
    late.start();
    begun.add(
        "letters", stores.bus().consume(EventBus.Queue.MP3, Platform.LETTERS_AT_ONCE, notifier));
    parts.put("identity", identity);
    parts.put("mail", mailer);
    parts.put("late letters", late);
  }

  private Service authService() {
    return new Service("auth", Needed.of("auth.url", settings.cluster().auth()), keys::token);
  }

  private LetterLinks links(URI publicUrl) {
    return new LetterLinks(new Links(linkKey(), clock), () -> publicUrl);
  }

  private Secret linkKey() {
    Secret key = Needed.of("links.key", settings.cluster().linkKey());
    if (key.reveal().length() < SHORTEST_LINK_KEY) {
      throw Needed.wrong(
          "links.key",
          "it is too short to keep links from being forged",
          "take " + SHORTEST_LINK_KEY + " random characters or more");
    }
    return key;
  }

  private void listen(Closing begun, WebServer.Settings where, Router router) {
    WebServer web = begun.add("web", WebServer.start(where, router, metrics));
    parts.put("web", web);
    address = Optional.of(web.uri());
  }

  private void admin(Closing begun) {
    Platform.gauges(metrics, stores, clock);
    WebServer admin =
        begun.add(
            "admin", WebServer.start(settings.admin(), new Admin(parts, metrics::text).routes()));
    LOG.atInfo().addKeyValue("address", admin.uri()).log("health and numbers");
  }

  /** Where it answers; empty for roles that nobody asks anything. */
  Optional<URI> address() {
    return address;
  }

  /** What makes the first administrator; empty when there is one, or this is not auth. */
  Optional<Secret> setupToken() {
    return setupToken;
  }

  /** Stops as {@link Platform} does: what is under way ends or is handed back. */
  @Override
  public void close() {
    LOG.atInfo().addKeyValue("role", role.wire()).log("stopping");
    closing.close();
    LOG.atInfo().addKeyValue("role", role.wire()).log("stopped");
  }
}
