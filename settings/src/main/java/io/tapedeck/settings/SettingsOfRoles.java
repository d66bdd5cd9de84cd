package io.tapedeck.settings;

import io.tapedeck.cage.CageMode;
import io.tapedeck.gateway.GatewaySettings.Keeping;
import io.tapedeck.notification.SmtpMailer;
import io.tapedeck.notification.SmtpMailer.Security;
import io.tapedeck.uploads.Quota;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The settings that belong to one role each. */
final class SettingsOfRoles {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private SettingsOfRoles() {}

  static Settings.Edge edge(Values in, long scratch) {
    long largest =
        in.size(
            "limits.file",
            "50 GiB",
            "The largest file that is taken; less where converter.scratch cannot hold it.");
    long margin =
        in.size(
            "limits.disk-margin",
            "1 GiB",
            "What stays free on the disk whatever comes. Uploads leave half as much again, for the"
                + " MP3s of what waits.");
    return new Settings.Edge(
        Math.clamp(largestIn(scratch, margin), 1, Math.max(1, largest)),
        margin,
        in.size(
            "limits.chunk",
            "32 MiB",
            "Bytes per request that resumable clients are advised to send. Many proxies cut at 100"
                + " MB."),
        quota(in),
        new Keeping(
            in.time("keep.uploads", "24h", "An upload that gets no bytes for so long is deleted."),
            Keeping.DEFAULT.idempotencyKey(),
            in.time("keep.mp3s", "7d", "A conversion and its MP3 are deleted after this time.")),
        in.time("keep.links", "24h", "How long a link to an MP3 works, where nobody says else."));
  }

  /** A tenth of what a converter has is left for the MP3. */
  private static long largestIn(long scratch, long margin) {
    return scratch == Long.MAX_VALUE ? scratch : (scratch - margin) / 10 * 9;
  }

  private static Quota quota(Values in) {
    return new Quota(
        in.sizeLimit(
            "limits.stored-per-account",
            "How much one account may have stored at once, uploads under way included."),
        in.timeLimit(
                "limits.sound-per-account", "How much audio one account may convert in 30 days.")
            .orElse(Quota.NO_AUDIO_LIMIT),
        in.number(
            "limits.active-per-account",
            1000,
            1,
            1_000_000,
            "Conversions waiting or running, plus uploads open, of one account."),
        in.number(
            "limits.streams-per-account", 4096, 1, 1_000_000, "Event streams of one account."),
        in.number(
            "limits.creates-per-minute",
            600,
            1,
            1_000_000,
            "New uploads, conversions, retries and links of one account in a minute."));
  }

  /** Addresses of the stores of a cluster; a role reports a missing one when it starts. */
  static Settings.Cluster cluster(Values in) {
    return new Settings.Cluster(
        in.optional(
            "database.url",
            "Cluster: MySQL or MariaDB, such as jdbc:mysql://db:3306/tapedeck. Without it, SQLite in"
                + " the data folder."),
        in.text("database.user", "tapedeck", "Cluster: who signs in there."),
        in.secret("database.password", "Cluster: the password of database.user."),
        in.number("database.connections", 10, 2, 1000, "Cluster: connections of one process."),
        in.secret(
            "mongodb.uri",
            "Cluster: where files are, such as mongodb://user:password@files:27017/tapedeck."),
        in.secret(
            "rabbitmq.uri",
            "Cluster: the broker, such as amqp://user:password@broker:5672/ for its default virtual"
                + " host, or with a virtual host's name after the last slash."),
        service(in),
        in.secret(
            "links.key",
            "Cluster: signs links to MP3s; the same for gateway and notification, 32 characters or"
                + " more. On one machine it is made by itself."));
  }

  private static Optional<URI> service(Values in) {
    Optional<String> text =
        in.optional("auth.url", "Cluster: where the role auth is, such as http://auth:8080.");
    try {
      return text.map(Settings::webAddress);
    } catch (IllegalArgumentException e) {
      in.usageError("auth.url", "it is no web address", "write it as http://auth:8080");
      return Optional.empty();
    }
  }

  static Settings.Work work(Values in) {
    int cores = Runtime.getRuntime().availableProcessors();
    return new Settings.Work(
        in.number(
                "converter.parallel",
                "as many as cores",
                1,
                256,
                "Conversions at once. Half as many more begin for accounts that have none running.")
            .orElse(cores),
        in.number("converter.cores", "all", 1, 256, "Cores they share.").orElse(cores),
        in.time("limits.sound", "24h", "The longest audio that is converted."),
        in.time("limits.work", "6h", "The longest a conversion may take."),
        in.time("converter.stall", "60s", "A conversion that does not move for so long is ended."),
        in.sizeLimit(
            "converter.scratch",
            "Cluster: how much fits into a converter's data folder, where its volume has a limit"
                + " that the file system does not tell, as in Kubernetes. Gateways need it too: they"
                + " refuse what would not fit."),
        in.flag(
            "keep.videos",
            false,
            "Keep a video as long as its MP3, rather than until it is ready."),
        in.time(
            "keep.orphans",
            "1h",
            "Bytes that belong to no conversion are deleted when they are so old."),
        in.optional(
                "converter.ffmpeg",
                "Where ffmpeg is. Default: that of dev/media-tools, else found by PATH.")
            .map(Path::of),
        in.optional(
                "converter.lame",
                "Where libmp3lame is. Default: that of dev/media-tools, else the system's.")
            .map(Path::of),
        in.choice(
                "converter.cage",
                CageMode.class,
                "best",
                "What happens where the cage of ffmpeg lacks a part that can hold everywhere: with"
                    + " required no videos are taken, with best what works is used, and off uses no"
                    + " cage.")
            .orElse(CageMode.BEST));
  }

  static Optional<SmtpMailer.Settings> mail(Values in, String sender) {
    Optional<String> host =
        in.optional("mail.host", "The mail server. Without one, e-mails are files in outbox/.");
    Optional<Integer> port =
        in.number("mail.port", "587 for starttls, 465 for tls, 25 for none", 1, 65535, "Its port.");
    Security security =
        in.choice("mail.security", Security.class, "starttls", "How the connection is kept safe.")
            .orElse(Security.STARTTLS);
    Optional<String> user = in.optional("mail.user", "Who signs in there.");
    var password = in.secret("mail.password", "The password of mail.user.");
    Optional<String> authority =
        in.optional("mail.authority", "PEM file of certificates to trust instead of the system's.");
    if (user.isPresent() != password.isPresent()) {
      in.usageError(
          "mail.user", "one of mail.user and mail.password is missing", "set both, or none");
      return Optional.empty();
    }
    if (!sender.contains("@")) {
      in.usageError(
          "mail.from", "\"" + sender + "\" is no address", "write Name <name@example.org>");
    }
    int byDefault =
        switch (security) {
          case STARTTLS -> 587;
          case TLS -> 465;
          case NONE -> 25;
        };
    return host.map(name ->
        new SmtpMailer.Settings(
            name,
            port.orElse(byDefault),
            security,
            user.map(who -> new SmtpMailer.Login(who, password.orElseThrow())),
            sender,
            authority.map(Path::of),
            PATIENCE));
  }
}
