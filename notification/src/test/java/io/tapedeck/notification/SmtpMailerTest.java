package io.tapedeck.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.tapedeck.contracts.TestCertificate;
import io.tapedeck.core.Component.Health;
import io.tapedeck.core.Secret;
import io.tapedeck.notification.Mailer.Delivery;
import io.tapedeck.notification.SmtpMailer.Login;
import io.tapedeck.notification.SmtpMailer.Security;
import io.tapedeck.notification.SmtpMailer.Settings;
import jakarta.mail.internet.MimeMessage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a real SMTP server, with a door before it that adds TLS and refusals. */
class SmtpMailerTest {
  @TempDir static Path folder;
  private static TestCertificate localhost;
  private static TestCertificate elsewhere;

  private final GreenMail server =
      new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));

  @BeforeAll
  static void certificates() throws Exception {
    localhost = TestCertificate.forName("localhost", folder);
    elsewhere = TestCertificate.forName("elsewhere.example", folder);
  }

  @BeforeEach
  void start() {
    server.setUser("post@example.org", "post", "geheim");
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop();
  }

  private SmtpMailer mailer(
      SmtpProxy door, Security security, Optional<Login> login, Path trusted) {
    return new SmtpMailer(
        new Settings(
            "localhost",
            door.port(),
            security,
            login,
            "Tapedeck <tapedeck@example.org>",
            Optional.ofNullable(trusted),
            Duration.ofSeconds(10)));
  }

  private SmtpMailer plain(SmtpProxy door) {
    return mailer(door, Security.NONE, Optional.empty(), null);
  }

  private SmtpProxy door(Security security, TestCertificate certificate) throws Exception {
    return new SmtpProxy(server.getSmtp().getPort(), security, certificate.server());
  }

  private static Optional<Login> login(String password) {
    return Optional.of(new Login("post", new Secret(password)));
  }

  private static Mail mailTo(String address) {
    return Examples.mail("cnv_1.1.ready", address, "Your MP3 is ready: caffè ☕");
  }

  @ParameterizedTest
  @EnumSource(Security.class)
  void aMailArrivesWithAndWithoutTls(Security security) throws Exception {
    try (SmtpProxy door = door(security, localhost);
        SmtpMailer mailer = mailer(door, security, login("geheim"), localhost.pem())) {
      assertThat(mailer.send(mailTo("ada@example.org"))).isEqualTo(new Delivery.Sent());
      assertThat(mailer.check()).isEqualTo(Health.up());
      assertThat(mailer.probe()).isEqualTo(Health.up());
      MimeMessage got = server.getReceivedMessages()[0];
      assertThat(got.getSubject()).isEqualTo("Your MP3 is ready: caffè ☕");
      assertThat(got.getMessageID()).isEqualTo("<cnv_1.1.ready@example.org>");
      assertThat(got.getHeader("Auto-Submitted")).containsExactly("auto-generated");
      assertThat(got.getContentType()).startsWith("multipart/alternative");
      assertThat(door.heard).anyMatch(line -> line.startsWith("AUTH"));
      if (security != Security.NONE) {
        assertThat(door.heardInTheClear)
            .noneMatch(line -> line.startsWith("AUTH") || line.startsWith("MAIL"));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Security.class)
  void mailsThatFollowOneAnotherShareAConnectionUntilOneFails(Security security) throws Exception {
    try (SmtpProxy door = door(security, localhost);
        SmtpMailer mailer = mailer(door, security, login("geheim"), localhost.pem())) {
      for (int i = 0; i < 5; i++) {
        assertThat(mailer.send(mailTo("ada@example.org"))).isEqualTo(new Delivery.Sent());
      }
      assertThat(door.connections()).isEqualTo(1);
      door.refuseOnce("MAIL", "421 we close");
      assertThat(mailer.send(mailTo("ada@example.org"))).isInstanceOf(Delivery.Later.class);
      assertThat(mailer.send(mailTo("ada@example.org"))).isEqualTo(new Delivery.Sent());
      assertThat(door.connections()).isEqualTo(2);
      assertThat(server.getReceivedMessages()).hasSize(6);
    }
  }

  @Test
  void aConnectionThatTheServerClosedMeanwhileIsNotUsed() throws Exception {
    try (SmtpProxy door = door(Security.NONE, localhost);
        SmtpMailer mailer = plain(door)) {
      assertThat(mailer.send(mailTo("ada@example.org"))).isEqualTo(new Delivery.Sent());
      door.refuseOnce("NOOP", "421 too long without a word");
      assertThat(mailer.send(mailTo("ada@example.org"))).isEqualTo(new Delivery.Sent());
      assertThat(door.connections()).isEqualTo(2);
    }
  }

  @Test
  void withoutStartTlsOnOfferNothingIsSaid() throws Exception {
    try (SmtpProxy door = door(Security.NONE, localhost);
        SmtpMailer mailer = mailer(door, Security.STARTTLS, login("geheim"), localhost.pem())) {
      assertThat(mailer.send(mailTo("ada@example.org"))).isInstanceOf(Delivery.Later.class);
      assertThat(door.heard).noneMatch(line -> line.matches("(AUTH|MAIL|RCPT|DATA).*"));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Security.class,
      names = {"STARTTLS", "TLS"})
  void aCertificateForAnotherNameIsNotBelieved(Security security) throws Exception {
    try (SmtpProxy door = door(security, elsewhere);
        SmtpMailer mailer = mailer(door, security, login("geheim"), elsewhere.pem())) {
      assertThat(mailer.send(mailTo("ada@example.org"))).isInstanceOf(Delivery.Later.class);
      assertThat(door.heard).noneMatch(line -> line.matches("(AUTH|MAIL|RCPT|DATA).*"));
      assertThat(server.getReceivedMessages()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Security.class,
      names = {"STARTTLS", "TLS"})
  void aCertificateThatNobodySignedIsNotBelieved(Security security) throws Exception {
    try (SmtpProxy door = door(security, localhost);
        SmtpMailer mailer = mailer(door, security, login("geheim"), null)) {
      assertThat(mailer.send(mailTo("ada@example.org"))).isInstanceOf(Delivery.Later.class);
      assertThat(mailer.check()).isInstanceOf(Health.Down.class);
      assertThat(server.getReceivedMessages()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "RCPT, 451 greylisted",
    "RCPT, 421 busy",
    "DATA, 452 no room",
    "MAIL, 451 not now",
    "MAIL, 550 this sender may not",
    "AUTH, 535 wrong password",
    "EHLO, 421 go away"
  })
  void aRefusalThatCanEndIsTriedAgain(String verb, String reply) throws Exception {
    try (SmtpProxy door = door(Security.NONE, localhost);
        SmtpMailer mailer = mailer(door, Security.NONE, login("geheim"), null)) {
      if (verb.equals("EHLO")) {
        door.refuseOnce("HELO", reply);
      }
      door.refuseOnce(verb, reply);
      Delivery first = mailer.send(mailTo("ada@example.org"));
      assertThat(first).isInstanceOf(Delivery.Later.class);
      assertThat(mailer.check()).isInstanceOf(Health.Down.class);
      assertThat(mailer.send(mailTo("ada@example.org"))).isEqualTo(new Delivery.Sent());
      assertThat(mailer.check()).isEqualTo(Health.up());
      assertThat(server.getReceivedMessages()).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"RCPT, 550 no such person", "DATA, 554 we do not want this"})
  void aRefusalForGoodIsTheEndAndSaysWhy(String verb, String reply) throws Exception {
    try (SmtpProxy door = door(Security.NONE, localhost);
        SmtpMailer mailer = plain(door)) {
      door.refuseOnce(verb, reply);
      assertThat(mailer.send(mailTo("ada@example.org")))
          .isInstanceOfSatisfying(
              Delivery.Refused.class, refused -> assertThat(refused.reason()).contains(reply));
      assertThat(mailer.check()).isEqualTo(Health.up());
    }
  }

  @Test
  void aServerThatIsAwayIsTriedAgain() throws Exception {
    SmtpProxy door = door(Security.NONE, localhost);
    door.close();
    try (SmtpMailer mailer = plain(door)) {
      assertThat(mailer.send(mailTo("ada@example.org"))).isInstanceOf(Delivery.Later.class);
      assertThat(mailer.probe()).isInstanceOf(Health.Down.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ada@example.org\r\nBcc: all@example.org",
        "ada@example.org, bob@example.org",
        "friends: ada@example.org, bob@example.org;",
        "ada@example.org\r\nRCPT TO:<bob@example.org>",
        "ada",
        ""
      })
  void anAddressThatIsNotExactlyOneIsRefused(String address) throws Exception {
    try (SmtpProxy door = door(Security.NONE, localhost);
        SmtpMailer mailer = plain(door)) {
      assertThat(mailer.send(mailTo(address))).isInstanceOf(Delivery.Refused.class);
      assertThat(server.getReceivedMessages()).isEmpty();
    }
  }

  @Test
  void aSubjectCannotAddHeaders() throws Exception {
    try (SmtpProxy door = door(Security.NONE, localhost);
        SmtpMailer mailer = plain(door)) {
      mailer.send(
          Examples.mail("cnv_1.1.ready", "ada@example.org", "a\r\nBcc: bob@example.org\r\n\r\nb"));
      MimeMessage got = server.getReceivedMessages()[0];
      assertThat(got.getHeader("Bcc")).isNull();
      assertThat(got.getSubject()).isEqualTo("a Bcc: bob@example.org b");
      assertThat(server.getReceivedMessages()).hasSize(1);
    }
  }

  @Test
  void settingsThatCannotWorkAreRefusedAtTheStart() throws Exception {
    Path empty = Files.createFile(folder.resolve("empty.pem"));
    assertThatIllegalArgumentException().isThrownBy(() -> TrustedCertificates.only(empty));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrustedCertificates.only(folder.resolve("none.pem")));
    assertThatIllegalArgumentException().isThrownBy(() -> FileMailer.sender("not an address"));
  }
}
