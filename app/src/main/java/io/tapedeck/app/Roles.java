package io.tapedeck.app;

import com.sun.management.OperatingSystemMXBean;
import io.tapedeck.admin.OperatorRoutes;
import io.tapedeck.admin.PeopleRoutes;
import io.tapedeck.admin.WorkRoutes;
import io.tapedeck.auth.Auth;
import io.tapedeck.auth.AuthSettings;
import io.tapedeck.auth.AuthSettings.SignUp;
import io.tapedeck.auth.SignUpSwitch;
import io.tapedeck.cage.Cage;
import io.tapedeck.converter.Converter;
import io.tapedeck.converter.ConverterSettings;
import io.tapedeck.converter.Janitor;
import io.tapedeck.converter.JanitorSettings;
import io.tapedeck.core.Component;
import io.tapedeck.core.Identity;
import io.tapedeck.core.Secret;
import io.tapedeck.extraction.Engine;
import io.tapedeck.extraction.Extractor;
import io.tapedeck.ffmpeg.Ffmpeg;
import io.tapedeck.ffmpeg.Limits;
import io.tapedeck.gateway.Gateway;
import io.tapedeck.http.Router;
import io.tapedeck.http.Trace;
import io.tapedeck.identity.KeySeal;
import io.tapedeck.notification.ConfirmedAddresses;
import io.tapedeck.notification.FileMailer;
import io.tapedeck.notification.MailRetry;
import io.tapedeck.notification.Mailer;
import io.tapedeck.notification.Notifier;
import io.tapedeck.notification.SentMails;
import io.tapedeck.notification.SmtpMailer;
import io.tapedeck.settings.Settings;
import io.tapedeck.sharing.SignedLinks;
import io.tapedeck.uploads.OwnQuotas;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The four roles, built on the same stores; none of them works yet. */
record Roles(
    ConfirmedAddresses confirmed,
    Auth auth,
    Gateway gateway,
    Converter converter,
    Janitor janitor,
    Notifier notifier,
    SentMails mails,
    MailRetry lateMails,
    Mailer mailer,
    PeopleRoutes people,
    WorkRoutes work)
    implements AutoCloseable {
  /** After this time, another sender may take an e-mail that was claimed and not sent. */
  static final Duration TAKEOVER = Duration.ofMinutes(2);

  /** Time between two tries of e-mails that the mail server did not accept. */
  static final Duration MAIL_RETRY = Duration.ofMinutes(5);

  /** The sweeps check all buckets within the time that an orphan is kept. */
  private static final int SWEEPS_PER_GRACE = 6;

  /**
   * Builds the roles. When one cannot be built, the earlier ones are closed again.
   *
   * @param operator knows the health of this process
   * @param address where people reach the server, once it listens
   */
  static Roles on(
      Stores stores,
      Settings settings,
      DataFolder folder,
      OperatorRoutes operator,
      Supplier<URI> address,
      Clock clock) {
    Secret key = folder.key();
    AuthSettings people =
        AuthSettings.of(settings.signUp(), address)
            .sealedBy(new KeySeal(settings.keySecret()))
            .mailing(settings.mail().isPresent());
    SignedMailLinks links = new SignedMailLinks(new SignedLinks(key, clock), address);
    SentMails mails = new SentMails(stores.database(), clock, TAKEOVER);
    ConfirmedAddresses confirmed = new ConfirmedAddresses(stores.database(), clock);
    try (Closer begun = new Closer()) {
      Mailer mailer = begun.add("mail", mailer(settings, folder.at("outbox"), clock));
      MailWiring mailWiring = new MailWiring();
      AccountDataRemoval removal = new AccountDataRemoval(stores, clock);
      Auth auth =
          begun.add("auth", Auth.open(stores.database(), people, mailWiring, removal, clock));
      Notifier notifier =
          new Notifier(
              stores.ledger(),
              auth.identity(),
              mails,
              asked(settings, auth.signUpSwitch(), confirmed),
              mailer,
              links,
              clock);
      mailWiring.set(notifier, people.resetLife(), clock);
      Gateway gateway =
          begun.add("gateway", gateway(stores, settings, auth.identity(), key, clock));
      Converter converter = converter(stores, settings, folder.at("scratch"), clock);
      begun.add("converter", converter);
      Janitor janitor = begun.add("janitor", janitor(stores, settings, clock));
      MailRetry late = new MailRetry(mails, notifier, MAIL_RETRY, clock);
      begun.keep();
      Administration admin = new Administration(stores, settings, clock);
      return new Roles(
          confirmed,
          auth,
          gateway,
          converter,
          janitor,
          notifier,
          mails,
          late,
          mailer,
          admin.peopleRoutes(auth),
          admin.workRoutes(auth.identity(), operator));
    }
  }

  /** Results go to confirmed addresses only, where everybody can sign up and mail is sent. */
  static Supplier<Optional<ConfirmedAddresses>> asked(
      Settings settings, SignUpSwitch mode, ConfirmedAddresses addresses) {
    return () ->
        settings.mail().isPresent() && mode.now() == SignUp.OPEN
            ? Optional.of(addresses)
            : Optional.empty();
  }

  static Gateway gateway(
      Stores stores, Settings settings, Identity identity, Secret linkKey, Clock clock) {
    return new Gateway(
        stores.ledger(),
        stores.blobs(),
        stores.bus(),
        identity,
        stores.database(),
        settings.edge().with(linkKey, settings.publicUrl()),
        clock);
  }

  /** The addresses of all roles, in one table. */
  Router routes() {
    Router router = new Router();
    auth.routes(router);
    gateway.routes(router);
    people.routes(router);
    work.routes(router);
    new ConfirmationPage(confirmed).routes(router);
    return router;
  }

  /** Each part that only this process has, under the name that an operator knows. */
  Map<String, Component> parts() {
    Map<String, Component> parts = new LinkedHashMap<>();
    parts.put("auth", auth);
    parts.put("gateway", gateway);
    parts.put("converter", converter);
    parts.put("janitor", janitor);
    parts.put("late e-mails", lateMails);
    return parts;
  }

  /** The parts without which the process still serves people. */
  Map<String, Component> shown() {
    return Map.of(
        "mail",
        mailer,
        "auth tasks",
        auth.tasks(),
        "gateway tasks",
        gateway.tasks(),
        "cage",
        converter.cage());
  }

  @Override
  public void close() {
    try (Closer all = new Closer()) {
      all.add("mail", mailer);
      all.add("late e-mails", lateMails);
      all.add("auth", auth);
      all.add("janitor", janitor);
      all.add("converter", converter);
      all.add("gateway", gateway);
    }
  }

  static Mailer mailer(Settings settings, Path outbox, Clock clock) {
    if (settings.mail().isPresent()) {
      return new SmtpMailer(settings.mail().get());
    }
    try {
      return new FileMailer(outbox, settings.sender(), clock);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Converter converter(Stores stores, Settings all, Path scratch, Clock clock) {
    Settings.Work work = all.work();
    ConverterSettings defaults = ConverterSettings.defaults(worker(), work.cores(), scratch);
    Limits limits =
        new Limits(work.longestAudio(), defaults.limits().largestMp3(), work.longestWork());
    OwnQuotas quotas = new OwnQuotas(stores.database());
    ConverterSettings settings =
        new ConverterSettings(
            defaults.worker(),
            work.parallel(),
            work.cores(),
            defaults.lease(),
            work.stall(),
            defaults.progressEvery(),
            limits,
            scratch,
            work.largestScratch(),
            all.edge().diskMargin(),
            account -> quotas.quota(account, all.edge().quota()).audio(),
            work.keepVideos());
    Extractor extractor = new Extractor(ffmpeg(work), new Engine(work.lame()), limits, clock);
    return new Converter(settings, extractor, stores.ledger(), stores.blobs(), stores.bus());
  }

  static Janitor janitor(Stores stores, Settings all, Clock clock) {
    JanitorSettings defaults = JanitorSettings.defaults(worker());
    // An upload that may still be resumed keeps its bytes; the gateway deletes the others.
    Duration openUpload = all.edge().keeping().openUpload();
    Duration orphans = all.work().orphans();
    JanitorSettings settings =
        new JanitorSettings(
            defaults.worker(),
            new JanitorSettings.Every(
                defaults.every().round(), orphans.dividedBy(SWEEPS_PER_GRACE)),
            defaults.unheard(),
            new JanitorSettings.Grace(
                orphans, openUpload.plus(orphans), defaults.grace().expired()),
            defaults.crashes(),
            all.work().keepVideos());
    return new Janitor(settings, stores.ledger(), stores.blobs(), stores.bus(), clock);
  }

  /** ffmpeg in its cage; all children together may take half of the memory. */
  static Ffmpeg ffmpeg(Settings.Work work) {
    long memory =
        ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean it
            ? it.getTotalMemorySize()
            : Long.MAX_VALUE;
    int children = work.parallel() + (work.parallel() + 1) / 2;
    return Ffmpeg.find(work.ffmpeg(), System.getenv().getOrDefault("PATH", ""))
        .caged(work.cage(), Cage.memory(memory, children));
  }

  /** A name that no other process has, on this machine or another. */
  private static String worker() {
    return "worker-" + ProcessHandle.current().pid() + "-" + Trace.fresh().substring(0, 8);
  }
}
