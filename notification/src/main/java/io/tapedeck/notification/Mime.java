package io.tapedeck.notification;

import jakarta.mail.Address;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.ContentType;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.UUID;

/** E-mails as RFC 5322 messages. */
final class Mime {
  private Mime() {}

  /**
   * The message for an e-mail. Its Message-ID is made from the e-mail's name, so a second copy can
   * be recognised.
   *
   * @throws MessagingException when an address is not valid, for example when it contains a line
   *     end
   */
  static MimeMessage message(Session session, InternetAddress from, Mail mail)
      throws MessagingException {
    MimeMessage message = new Named(session, "<" + mail.name() + "@" + domain(from) + ">");
    message.setFrom(from);
    message.setRecipients(Message.RecipientType.TO, new Address[] {address(mail.to())});
    message.setSubject(oneLine(mail.subject()), StandardCharsets.UTF_8.name());
    message.setSentDate(Date.from(mail.writtenAt()));
    message.setHeader("Content-Language", mail.language().toLanguageTag());
    message.setHeader("Auto-Submitted", "auto-generated"); // RFC 3834: no out-of-office answers
    MimeBodyPart text = new MimeBodyPart();
    text.setText(mail.text(), StandardCharsets.UTF_8.name(), "plain");
    MimeBodyPart html = new MimeBodyPart();
    html.setText(mail.html(), StandardCharsets.UTF_8.name(), "html");
    MimeMultipart both = new Alternative(mail.name());
    both.addBodyPart(text);
    both.addBodyPart(html); // mail programs prefer the last one
    message.setContent(both);
    message.saveChanges();
    return message;
  }

  /** One address and nothing else: no list, no group, no line end. */
  static InternetAddress address(String written) throws AddressException {
    if (written.codePoints().anyMatch(Character::isISOControl)) {
      throw new AddressException("there is a control character in the address");
    }
    InternetAddress[] all = InternetAddress.parse(written, true);
    if (all.length != 1 || all[0].isGroup()) {
      throw new AddressException("not one e-mail address");
    }
    all[0].validate();
    return all[0];
  }

  private static String domain(InternetAddress from) {
    return from.getAddress().substring(from.getAddress().lastIndexOf('@') + 1);
  }

  private static String oneLine(String subject) {
    return subject.replaceAll("\\p{Cc}+", " ");
  }

  /** Parts whose boundary is made from the e-mail's name: the same e-mail has the same bytes. */
  private static final class Alternative extends MimeMultipart {
    Alternative(String name) throws MessagingException {
      super("alternative");
      ContentType type = new ContentType(contentType);
      // "=_" never occurs in quoted-printable or base64 text.
      type.setParameter(
          "boundary", "=_" + UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)));
      contentType = type.toString();
    }
  }

  /** A message that keeps the Message-ID it was given. */
  private static final class Named extends MimeMessage {
    private final String id;

    Named(Session session, String id) {
      super(session);
      this.id = id;
    }

    @Override
    protected void updateMessageID() throws MessagingException {
      setHeader("Message-ID", id);
    }
  }
}
