package io.tapedeck.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {
  @TempDir private Path folder;

  private Said doctor(String yaml) throws IOException {
    Path file = Files.writeString(folder.resolve("settings.yaml"), yaml);
    String data = folder.resolve("data").toString();
    return Said.by("doctor", "--config", file.toString(), "--data", data);
  }

  @Test
  void aMachineThatHasEverythingIsWell() throws IOException {
    Said said = doctor("server: {port: 0}\nlimits: {disk-margin: 0}\n");

    assertThat(said.out())
        .contains("ok  ffmpeg", "ok  encoder   libmp3lame 3.", "ok  port", "ok  mail");
    assertThat(said.out()).as("it only looks").contains("data", folder.toString());
    assertThat(folder.resolve("data")).doesNotExist();
  }

  @Test
  void whatIsMissingIsMarkedWithTheWayToGetIt() throws IOException {
    Path none = folder.resolve("none");
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      Said said =
          doctor(
              """
              server: {port: %d}
              converter: {ffmpeg: %s, lame: %s}
              mail: {host: 127.0.0.1, port: 1, from: a@example.org}
              """
                  .formatted(port, none, none));

      assertThat(said.code()).isEqualTo(1);
      assertThat(said.out())
          .contains("!!  ffmpeg", "install ffmpeg", "!!  encoder")
          .contains("!!  port      127.0.0.1:" + port, "choose another with --port")
          .contains("!!  mail      mail server 127.0.0.1:1: ", "check mail.host")
          .contains("What is marked !! has to be mended");
    }
  }

  @Test
  void aMailServerThatHangsUpOrRefusesThePasswordIsNotWell() throws IOException {
    try (ServerSocket rude = new ServerSocket(0, 9, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> hangUp(rude));
      Said said =
          doctor(
              "mail: {host: 127.0.0.1, port: %d, from: a@example.org}"
                  .formatted(rude.getLocalPort()));
      assertThat(said.code()).isEqualTo(1);
      assertThat(said.out()).contains("!!  mail", "check mail.host");
    }
    GreenMail mail = new GreenMail(ServerSetup.SMTP.dynamicPort());
    mail.setUser("tapedeck@example.org", "tapedeck", "the right password");
    mail.start();
    try {
      String yaml =
          "mail: {host: 127.0.0.1, port: %d, security: none, from: a@example.org, user: tapedeck, password: %s}";
      int port = mail.getSmtp().getPort();
      assertThat(doctor(yaml.formatted(port, "the wrong password")).out())
          .contains("!!  mail", "535", "check mail.host");
      assertThat(doctor(yaml.formatted(port, "the right password")).out())
          .contains("ok  mail      127.0.0.1:" + port + " lets us in");
      assertThat(mail.waitForIncomingEmail(1, 1)).as("it only signed in").isFalse();
    } finally {
      mail.stop();
    }
  }

  private static void hangUp(ServerSocket listening) {
    try {
      while (!listening.isClosed()) {
        listening.accept().close();
      }
    } catch (IOException e) {
      // The test has ended.
    }
  }

  @Test
  void settingsThatCannotBeUsedAreToldFirst() throws IOException {
    Said said = doctor("sever: {port: 1}\n");

    assertThat(said.code()).isEqualTo(1);
    assertThat(said.out()).contains("!!  settings", "sever.port", "perhaps server.port?");
  }
}
