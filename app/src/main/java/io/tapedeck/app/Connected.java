package io.tapedeck.app;

import io.tapedeck.admin.OperatorRoutes;
import io.tapedeck.admin.PeopleRoutes;
import io.tapedeck.admin.Suspensions;
import io.tapedeck.auth.Auth;
import io.tapedeck.auth.AuthSettings;
import io.tapedeck.auth.SignUpSwitch;
import io.tapedeck.converter.Converter;
import io.tapedeck.converter.Janitor;
import io.tapedeck.core.Component;
import io.tapedeck.core.EventBus;
import io.tapedeck.core.Identity;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Secret;
import io.tapedeck.gateway.Gateway;
import io.tapedeck.http.Router;
import io.tapedeck.identity.ForwardingRoute;
import io.tapedeck.identity.KeySeal;
import io.tapedeck.identity.RemoteIdentity;
import io.tapedeck.identity.ServiceClient;
import io.tapedeck.identity.ServiceKeys;
import io.tapedeck.notification.ConfirmedAddresses;
import io.tapedeck.notification.MailRetry;
import io.tapedeck.notification.Mailer;
import io.tapedeck.notification.Notifier;
import io.tapedeck.notification.SentMails;
import io.tapedeck.settings.RequiredSetting;
import io.tapedeck.settings.Settings;
import io.tapedeck.sharing.SignedLinks;
import io.tapedeck.sql.Database;
import java.net.URI;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** One role of a cluster, connected to the shared stores and working on them. */
final class Connected {
  private static final int SHORTEST_LINK_KEY = 32;

  private final Settings settings;
  private final DataFolder folder;
  private final Clock clock;
  private final Metrics metrics;
  private final ServiceKeys keys;
  private final Stores stores;
  private final Administration admin;
  private final Map<String, Component> counted = new LinkedHashMap<>();
  private final Map<String, Component> shown;
  private final Router router = new Router();
  private Optional<Gateway> gateway = Optional.empty();
  private Optional<Secret> setupToken = Optional.empty();

  /**
   * Connects a role and starts its work.
   *
   * @param begun gets all parts to close, also when this throws
   * @throws Outage when a store is away
   */
  Connected(
      Node.Role role,
      Settings settings,
      DataFolder folder,
      Metrics metrics,
      OperatorRoutes operator,
      Clock clock,
      Closer begun) {
    this.settings = settings;
    this.folder = folder;
    this.metrics = metrics;
    this.clock = clock;
    Database database = begun.add("database", Stores.database(settings, folder));
    Auth.migrate(database);
    keys = begun.add("service key", ServiceKeys.open(database, role.wire(), clock));
    keys.start();
    stores =
        begun.add(
            "stores",
            Stores.cluster(
                settings.cluster(), new ServiceTokens(keys), database, metrics::moved, clock));
    shown = new LinkedHashMap<>(stores.parts());
    shown.put("service key", keys);
    admin = new Administration(stores, settings, clock);
    switch (role) {
      case AUTH -> auth(begun);
      case GATEWAY -> gateway(operator, begun);
      case CONVERTER -> converter(begun);
      case NOTIFICATION -> notification(begun);
    }
    Platform.gauges(metrics, stores, clock);
  }

  /**
   * Checks what can be checked without a store.
   *
   * @throws io.tapedeck.settings.UsageErrors when a setting that this role needs is missing or
   *     cannot be used
   * @throws Outage when a program that this role needs is not on this machine
   */
  static void require(Node.Role role, Settings settings) {
    Stores.require(settings.cluster());
    switch (role) {
      case AUTH -> {
        RequiredSetting.of("server.public-url", settings.publicUrl());
        linkKey(settings);
      }
      case GATEWAY -> {
        RequiredSetting.of("auth.url", settings.cluster().auth());
        linkKey(settings);
      }
      case CONVERTER -> Roles.ffmpeg(settings.work());
      case NOTIFICATION -> {
        RequiredSetting.of("server.public-url", settings.publicUrl());
        RequiredSetting.of("auth.url", settings.cluster().auth());
        linkKey(settings);
      }
    }
  }

  private void auth(Closer begun) {
    URI publicUrl = RequiredSetting.of("server.public-url", settings.publicUrl());
    Mailer mailer = begun.add("mail", Roles.mailer(settings, folder.at("outbox"), clock));
    AuthSettings people =
        AuthSettings.of(settings.signUp(), () -> publicUrl)
            .mailing(settings.mail().isPresent())
            .sealedBy(new KeySeal(settings.keySecret()));
    MailWiring mailWiring = new MailWiring();
    Auth auth =
        begun.add(
            "auth",
            Auth.open(
                stores.database(),
                people,
                mailWiring,
                new AccountDataRemoval(stores, clock),
                clock));
    SentMails mails = new SentMails(stores.database(), clock, Roles.TAKEOVER);
    mailWiring.set(
        new Notifier(
            stores.ledger(),
            auth.identity(),
            mails,
            Roles.asked(
                settings, auth.signUpSwitch(), new ConfirmedAddresses(stores.database(), clock)),
            mailer,
            links(publicUrl),
            clock),
        people.resetLife(),
        clock);
    auth.routes(router);
    auth.serviceRoutes(router, keys);
    admin.peopleRoutes(auth).routes(router);
    auth.start();
    counted.put("auth", auth);
    shown.put("auth tasks", auth.tasks());
    shown.put("mail", mailer);
    setupToken = auth.setupToken();
  }

  private void gateway(OperatorRoutes operator, Closer begun) {
    ServiceClient service = authService();
    Identity identity =
        begun.add(
            "identity",
            new Suspensions(
                new RemoteIdentity(service, Auth.REALM, clock), stores.database(), clock));
    Gateway edge = Roles.gateway(stores, settings, identity, linkKey(settings), clock);
    gateway = Optional.of(begun.add("gateway", edge));
    edge.routes(router);
    admin.workRoutes(identity, operator).routes(router);
    new ConfirmationPage(new ConfirmedAddresses(stores.database(), clock)).routes(router);
    edge.start();
    ForwardingRoute forward = new ForwardingRoute(service);
    Stream.of(Auth.ADDRESSES, PeopleRoutes.ADDRESSES)
        .flatMap(List::stream)
        .forEach(line ->
            router.on(line.replaceFirst(" .*", ""), line.replaceFirst("^\\S+ ", ""), forward));
    counted.put("gateway", edge);
    shown.put("gateway tasks", edge.tasks());
    shown.put("identity", identity);
  }

  private void converter(Closer begun) {
    Converter converter = Roles.converter(stores, settings, folder.at("scratch"), clock);
    begun.add("converter", converter);
    Janitor janitor = begun.add("janitor", Roles.janitor(stores, settings, clock));
    converter.start();
    janitor.start();
    metrics.gauge(
        "tapedeck.converter.active", "Conversions running here", () -> converter.active());
    counted.put("converter", converter);
    counted.put("janitor", janitor);
    shown.put("cage", converter.cage());
  }

  private void notification(Closer begun) {
    URI publicUrl = RequiredSetting.of("server.public-url", settings.publicUrl());
    Identity identity = begun.add("identity", new RemoteIdentity(authService(), Auth.REALM, clock));
    Mailer mailer = begun.add("mail", Roles.mailer(settings, folder.at("outbox"), clock));
    SentMails mails = new SentMails(stores.database(), clock, Roles.TAKEOVER);
    Notifier notifier =
        new Notifier(
            stores.ledger(),
            identity,
            mails,
            Roles.asked(
                settings,
                new SignUpSwitch(stores.database(), settings.signUp(), clock),
                new ConfirmedAddresses(stores.database(), clock)),
            mailer,
            links(publicUrl),
            clock);
    MailRetry late =
        begun.add("late e-mails", new MailRetry(mails, notifier, Roles.MAIL_RETRY, clock));
    late.start();
    EventBus.Subscription consuming =
        begun.add(
            "e-mails", stores.bus().consume(EventBus.Queue.MP3, Platform.MAILS_AT_ONCE, notifier));
    counted.put("late e-mails", late);
    counted.put("e-mails", consuming);
    shown.put("identity", identity);
    shown.put("mail", mailer);
  }

  private ServiceClient authService() {
    return new ServiceClient(
        "auth", RequiredSetting.of("auth.url", settings.cluster().auth()), keys::token);
  }

  private SignedMailLinks links(URI publicUrl) {
    return new SignedMailLinks(new SignedLinks(linkKey(settings), clock), () -> publicUrl);
  }

  private static Secret linkKey(Settings settings) {
    Secret key = RequiredSetting.of("links.key", settings.cluster().linkKey());
    if (key.reveal().length() < SHORTEST_LINK_KEY) {
      throw RequiredSetting.wrong(
          "links.key",
          "it is too short to keep links from being forged",
          "take " + SHORTEST_LINK_KEY + " random characters or more");
    }
    return key;
  }

  /** The parts without which this role is not ready; a restart or another replica would help. */
  Map<String, Component> counted() {
    return counted;
  }

  /** The parts that all replicas share, or that other processes are responsible for. */
  Map<String, Component> shown() {
    return shown;
  }

  /** The addresses that this role answers; none for roles without requests. */
  Router router() {
    return router;
  }

  /** The gateway, which must end before the web server does. */
  Optional<Gateway> gateway() {
    return gateway;
  }

  /** The token to make the first administrator; empty if there is one or this is not auth. */
  Optional<Secret> setupToken() {
    return setupToken;
  }
}
