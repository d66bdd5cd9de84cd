package io.tapedeck.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tapedeck.contracts.Ports;
import io.tapedeck.contracts.Rabbit;
import io.tapedeck.contracts.TestCertificate;
import io.tapedeck.core.Outage;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told when a store does not let us in: the true cause, and never a password. */
class RefusalsTest {
  @TempDir static Path folder;
  private static Rabbit rabbit;

  @BeforeAll
  static void startRabbit() throws Exception {
    assumeTrue(Rabbit.installed(), "RabbitMQ is not installed: apt-get install rabbitmq-server");
    rabbit = Rabbit.start(folder);
  }

  @AfterAll
  static void stopRabbit() {
    if (rabbit != null) {
      rabbit.close();
    }
  }

  private static String said(String uri) {
    Outage outage =
        catchThrowableOfType(
            Outage.class,
            () -> RabbitEventBus.at(uri, RabbitEventBusTest.OPEN, Clock.systemUTC()).close());
    return outage == null ? "" : outage.problem().detail();
  }

  @Test
  void theAddressThatDeploymentsUseIsLetIn() {
    String uri = "amqp://guest:guest@127.0.0.1:" + rabbit.port() + "/";

    assertThat(said(uri)).isEmpty();
  }

  @Test
  void aVirtualHostThatIsNotThereIsNamed() {
    assertThat(said(rabbit.uri() + "tapes"))
        .startsWith("RabbitMQ cannot be reached at 127.0.0.1:" + rabbit.port() + ": ")
        .contains("NOT_ALLOWED", "vhost", "tapes")
        .doesNotContain("null");
  }

  @Test
  void aWrongPasswordIsCalledSoAndNotRepeated() {
    assertThat(said("amqp://guest:hush@127.0.0.1:" + rabbit.port() + "/"))
        .contains("authentication refused")
        .doesNotContain("hush", "null");
  }

  @Test
  void aPortWhereNobodyListensIsCalledRefused() throws IOException {
    assertThat(said("amqp://guest:hush@127.0.0.1:" + Ports.free() + "/"))
        .contains("onnection refused")
        .doesNotContain("hush", "null");
  }

  @Test
  void aHostThatIsNotThereIsCalledSo() {
    assertThat(said("amqp://guest:hush@nowhere.invalid:5672/"))
        .contains("no such host: nowhere.invalid")
        .doesNotContain("hush", "null");
  }

  @Test
  void mongoDbsCauseIsTakenOutOfItsLongMessage() throws IOException {
    String uri = "mongodb://tapedeck:hush@127.0.0.1:" + Ports.free() + "/tapedeck";
    Outage outage =
        catchThrowableOfType(
            Outage.class, () -> GridFsBlobStore.at(uri, Clock.systemUTC()).close());

    assertThat(outage.problem().detail())
        .isEqualTo("MongoDB refused or did not answer: Connection refused");
  }

  @Test
  void aBrokerWhoseCertificateNobodyVouchesForIsNotTrusted() throws Exception {
    TestCertificate own = TestCertificate.forName("localhost", folder);
    try (ServerSocket broker = own.server().getServerSocketFactory().createServerSocket(0, 1)) {
      Thread.ofVirtual().start(() -> greet(broker));

      assertThat(said("amqps://guest:hidden1@localhost:" + broker.getLocalPort() + "/"))
          .startsWith("RabbitMQ cannot be reached at localhost:" + broker.getLocalPort() + ": ")
          .contains("certification path")
          .doesNotContain("hidden1");
    }
  }

  private static void greet(ServerSocket broker) {
    try (Socket client = broker.accept()) {
      client.getInputStream().readAllBytes();
    } catch (IOException e) {
      // The client does not trust us, as it should.
    }
  }
}
