package io.tapedeck.e2e;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The e-mails of a server without a mail server. */
record Outbox(Path folder) {
  static Outbox of(Path data) {
    return new Outbox(data.resolve("outbox"));
  }

  List<Path> files() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  /** The e-mails about one conversion, alone or with others. */
  List<Path> about(String conversion) throws IOException {
    List<Path> about = new ArrayList<>();
    for (Path file : files()) {
      try {
        if (file.toString().endsWith(".eml") && conversions(read(file)).contains(conversion)) {
          about.add(file);
        }
      } catch (MessagingException e) {
        throw new IOException(e);
      }
    }
    return about;
  }

  private static final Pattern CONVERSION = Pattern.compile("cnv_[0-9a-z]{26}");

  /** The conversions that an e-mail is about: one, or several that ended at once. */
  static List<String> conversions(MimeMessage mail) throws IOException, MessagingException {
    String name = mail.getMessageID();
    String text =
        name.contains(".digest.")
            ? ((MimeMultipart) mail.getContent())
                .getBodyPart(0)
                .getContent()
                .toString()
                .replaceAll("https?://\\S+", "")
            : name;
    return CONVERSION.matcher(text).results().map(MatchResult::group).toList();
  }

  static MimeMessage read(Path file) throws IOException, MessagingException {
    try (InputStream in = Files.newInputStream(file)) {
      return new MimeMessage(Session.getInstance(new Properties()), in);
    }
  }

  /** The plain words of an e-mail. */
  static String text(Path file) throws IOException, MessagingException {
    return text(read(file));
  }

  static String text(MimeMessage mail) throws IOException, MessagingException {
    return ((MimeMultipart) mail.getContent()).getBodyPart(0).getContent().toString();
  }
}
