package io.tapedeck.notification;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.contracts.TurnableClock;
import io.tapedeck.core.Component.Health;
import io.tapedeck.core.ConversionState;
import io.tapedeck.notification.Mailer.Delivery;
import jakarta.mail.BodyPart;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileMailerTest {
  @TempDir Path folder;
  private final TurnableClock clock = new TurnableClock(Instant.now());

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("outbox"))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private FileMailer mailer() throws IOException {
    return new FileMailer(folder.resolve("outbox"), "Tapedeck <tapedeck@localhost>", clock);
  }

  @Test
  void aMailProgramReadsTheMailBack() throws Exception {
    var conversion =
        Examples.conversion(
            "perché no? ☕.mp4", new ConversionState.Ready(Examples.mp3("a warning")));
    MailKey key = MailKey.of(conversion).orElseThrow();
    Mail mail =
        new MailComposer(Examples.links(), Clock.fixed(Examples.NOON, ZoneOffset.UTC))
            .ended(conversion, key, Examples.ITALIAN)
            .orElseThrow();
    assertThat(mailer().send(mail)).isEqualTo(new Delivery.Sent());
    assertThat(names()).containsExactly(key.name() + ".eml");
    try (InputStream in =
        Files.newInputStream(folder.resolve("outbox").resolve(key.name() + ".eml"))) {
      MimeMessage read = new MimeMessage(Session.getInstance(new Properties()), in);
      assertThat(read.getSubject()).isEqualTo("Il tuo MP3 è pronto: “perché no? ☕.mp4”");
      assertThat(read.getFrom()[0]).hasToString("Tapedeck <tapedeck@localhost>");
      assertThat(read.getAllRecipients()[0]).hasToString("ada@example.org");
      assertThat(read.getMessageID()).isEqualTo("<" + key.name() + "@localhost>");
      assertThat(read.getSentDate()).isEqualTo(Examples.NOON);
      assertThat(read.getContentLanguage()).containsExactly("it");
      MimeMultipart parts = (MimeMultipart) read.getContent();
      assertThat(parts.getContentType()).startsWith("multipart/alternative");
      BodyPart text = parts.getBodyPart(0);
      BodyPart html = parts.getBodyPart(1);
      assertThat(text.getContentType()).isEqualTo("text/plain; charset=UTF-8");
      assertThat(text.getContent().toString().replace("\r\n", "\n")).isEqualTo(mail.text());
      assertThat(html.getContentType()).isEqualTo("text/html; charset=UTF-8");
      assertThat(html.getContent().toString().replace("\r\n", "\n")).isEqualTo(mail.html());
    }
  }

  @Test
  void theSameMailAgainIsTheSameFileAlsoAfterAKillInTheMiddle() throws Exception {
    FileMailer mailer = mailer();
    Mail mail = Examples.mail("cnv_1.1.ready", "ada@example.org", "Hello");
    mailer.send(mail);
    byte[] before = Files.readAllBytes(folder.resolve("outbox/cnv_1.1.ready.eml"));
    Files.writeString(folder.resolve("outbox/.cnv_1.1.ready.part"), "x".repeat(100_000));
    assertThat(mailer.send(mail)).isEqualTo(new Delivery.Sent());
    assertThat(names()).containsExactly("cnv_1.1.ready.eml");
    assertThat(folder.resolve("outbox/cnv_1.1.ready.eml")).hasBinaryContent(before);
  }

  @Test
  void whatIsAMonthOldGoesAndNothingThatIsNotOurs() throws Exception {
    mailer().send(Examples.mail("old", "ada@example.org", "Hello"));
    Path outbox = folder.resolve("outbox");
    Files.writeString(outbox.resolve(".killed.part"), "half of one");
    Files.writeString(outbox.resolve("notes.txt"), "somebody else's");
    clock.advance(FileMailer.KEPT.minus(Duration.ofMinutes(1)));
    FileMailer mailer = mailer();
    assertThat(names()).contains("old.eml", ".killed.part");

    clock.advance(Duration.ofMinutes(2));
    for (int i = 0; i < FileMailer.EVERY; i++) {
      mailer.send(Examples.mail("new", "ada@example.org", "Hello"));
    }

    assertThat(names()).containsExactlyInAnyOrder("new.eml", "notes.txt");
  }

  @Test
  void ofTooManyTheOldestGo() throws Exception {
    Path outbox = Files.createDirectory(folder.resolve("outbox"));
    for (int i = 0; i < FileMailer.MOST + 3; i++) {
      Path file = Files.createFile(outbox.resolve(i + ".eml"));
      Files.setLastModifiedTime(file, FileTime.from(clock.instant().minusSeconds(i)));
    }

    mailer();

    assertThat(names())
        .hasSize(FileMailer.MOST)
        .contains("0.eml", (FileMailer.MOST - 1) + ".eml")
        .doesNotContain(FileMailer.MOST + ".eml");
  }

  @Test
  void onlyItsOwnerReadsIt() throws Exception {
    mailer().send(Examples.mail("a", "ada@example.org", "Hello"));
    assertThat(permissions("outbox")).isEqualTo("rwx------");
    assertThat(permissions("outbox/a.eml")).isEqualTo("rw-------");
  }

  private String permissions(String path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(path)));
  }

  @Test
  void aFolderThatIsGoneIsTriedAgainLater() throws Exception {
    FileMailer mailer = mailer();
    assertThat(mailer.check()).isEqualTo(Health.up());
    Files.delete(folder.resolve("outbox"));
    assertThat(mailer.check()).isInstanceOf(Health.Down.class);
    assertThat(mailer.send(Examples.mail("a", "ada@example.org", "Hello")))
        .isInstanceOf(Delivery.Later.class);
  }

  @Test
  void anAddressThatIsNoneIsRefusedAndLeavesNothing() throws Exception {
    assertThat(mailer().send(Examples.mail("a", "nobody at home", "Hello")))
        .isInstanceOf(Delivery.Refused.class);
    assertThat(names()).isEmpty();
  }
}
