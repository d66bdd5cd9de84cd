package io.tapedeck.notification;

import io.tapedeck.core.Secret;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends e-mails through a mail server. E-mails that follow one another share a connection. When TLS
 * is required, nothing is sent without TLS, and the server's certificate must be valid and match
 * its name.
 */
public final class SmtpMailer implements Mailer {
  private static final Logger LOG = LoggerFactory.getLogger(SmtpMailer.class);

  /** How the connection is encrypted. */
  public enum Security {
    /** Not encrypted; only for a server on the same machine or network. */
    NONE,
    /** The connection switches to TLS before any mail or password is sent, as on port 587. */
    STARTTLS,
    /** TLS from the first byte, as on port 465. */
    TLS
  }

  /** The sign-in at the mail server. */
  public record Login(String user, Secret password) {}

  /**
   * The mail server and the sender.
   *
   * @param port 1 to 65535
   * @param login empty when the server needs none
   * @param from the sender's address, such as {@code Tapedeck <tapedeck@example.org>}
   * @param authority a PEM file with the certificates to trust instead of the system's, for a
   *     private server
   * @param patience how long to wait for the connection and for each answer; whole milliseconds
   */
  public record Settings(
      String host,
      int port,
      Security security,
      Optional<Login> login,
      String from,
      Optional<Path> authority,
      Duration patience) {
    public Settings {
      if (port < 1 || port > 65535) {
        throw new IllegalArgumentException("a port is 1 to 65535, not " + port);
      }
    }
  }

  private final Settings settings;
  private final InternetAddress from;
  private final Session session;
  private final KeptConnection connection = new KeptConnection(this::connect);
  private volatile Health last = Health.up();

  /**
   * Opens no connection yet.
   *
   * @throws IllegalArgumentException when the sender's address is not valid or the PEM file cannot
   *     be used
   */
  public SmtpMailer(Settings settings) {
    this.settings = settings;
    this.from = FileMailer.sender(settings.from());
    this.session = Session.getInstance(properties(settings));
  }

  private static Properties properties(Settings settings) {
    Properties p = new Properties();
    String patience = Long.toString(settings.patience().toMillis());
    p.put("mail.transport.protocol", "smtp");
    p.put("mail.smtp.connectiontimeout", patience);
    p.put("mail.smtp.timeout", patience);
    p.put("mail.smtp.writetimeout", patience);
    p.put("mail.smtp.socketFactory", new PromptSockets());
    p.put("mail.smtp.auth", Boolean.toString(settings.login().isPresent()));
    p.put("mail.smtp.starttls.enable", Boolean.toString(settings.security() == Security.STARTTLS));
    p.put(
        "mail.smtp.starttls.required", Boolean.toString(settings.security() == Security.STARTTLS));
    p.put("mail.smtp.ssl.enable", Boolean.toString(settings.security() == Security.TLS));
    p.put("mail.smtp.ssl.checkserveridentity", "true");
    p.put("mail.smtp.ssl.protocols", "TLSv1.3 TLSv1.2");
    p.put("mail.smtp.quitwait", "false"); // the e-mail was accepted; a slow close changes nothing
    settings
        .authority()
        .ifPresent(pem -> p.put("mail.smtp.ssl.socketFactory", TrustedCertificates.only(pem)));
    return p;
  }

  @Override
  public Delivery send(Mail mail) {
    Delivery delivery = attempt(mail);
    switch (delivery) {
      case Delivery.Sent s -> {
        last = Health.up();
        LOG.atInfo().addKeyValue("e-mail", mail.name()).log("e-mail sent");
      }
      case Delivery.Refused r -> {
        last = Health.up(); // the server works; it refuses only this e-mail
        LOG.atWarn()
            .addKeyValue("e-mail", mail.name())
            .addKeyValue("reason", r.reason())
            .log("e-mail refused for good");
      }
      case Delivery.Later l -> {
        last = Health.down("mail server " + place() + ": " + l.reason());
        LOG.atWarn()
            .addKeyValue("e-mail", mail.name())
            .addKeyValue("reason", l.reason())
            .log("e-mail not taken; tried again later");
      }
    }
    return delivery;
  }

  private Delivery attempt(Mail mail) {
    MimeMessage message;
    try {
      message = Mime.message(session, from, mail);
    } catch (MessagingException e) {
      return new Delivery.Refused(reason(e));
    }
    Transport transport;
    try {
      transport = connection.take();
    } catch (MessagingException e) {
      return verdict(e);
    }
    try {
      transport.sendMessage(message, message.getAllRecipients());
    } catch (MessagingException e) {
      KeptConnection.closed(transport);
      return verdict(e);
    }
    connection.keep(transport);
    return new Delivery.Sent();
  }

  private Transport connect() throws MessagingException {
    Transport transport = session.getTransport();
    String user = settings.login().map(Login::user).orElse(null);
    String password = settings.login().map(login -> login.password().reveal()).orElse(null);
    try {
      transport.connect(settings.host(), settings.port(), user, password);
      return transport;
    } catch (MessagingException e) {
      KeptConnection.closed(transport);
      throw e;
    }
  }

  /**
   * Only a 5xx about the receiver or the content ends an e-mail. A 5xx about the sender or the
   * sign-in is a wrong setting to correct, and no reason to lose e-mails meanwhile.
   */
  private static Delivery verdict(MessagingException thrown) {
    for (@Nullable Exception e = thrown;
        e instanceof MessagingException m;
        e = m.getNextException()) {
      int code =
          switch (m) {
            case SMTPAddressFailedException address -> address.getReturnCode();
            case SMTPSendFailedException data when !data.getCommand().startsWith("MAIL") ->
                data.getReturnCode();
            default -> 0;
          };
      if (code >= 500 || m instanceof AddressException) {
        return new Delivery.Refused(reason(m));
      }
    }
    return new Delivery.Later(reason(thrown));
  }

  private static String reason(Exception e) {
    String said = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return e.getCause() == null || e.getCause().getMessage() == null
        ? said.strip()
        : said.strip() + " (" + e.getCause().getMessage() + ")";
  }

  /** Connects and signs in without sending anything; for {@code tapedeck doctor}. */
  public Health probe() {
    try {
      KeptConnection.closed(connect());
      return Health.up();
    } catch (MessagingException e) {
      return Health.down("mail server " + place() + ": " + reason(e));
    }
  }

  private String place() {
    return settings.host() + ":" + settings.port();
  }

  /** The result of the last e-mail; sends nothing to the mail server. */
  @Override
  public Health check() {
    return last;
  }

  @Override
  public void close() {
    connection.close();
  }
}
