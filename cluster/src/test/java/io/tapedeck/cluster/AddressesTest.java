package io.tapedeck.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the addresses of brokers and of MongoDB mean, in settings and in all that we ship. */
class AddressesTest {
  private static final Pattern BROKER = Pattern.compile("amqps?://[^\\s`\"'|,]*[^\\s`\"'|,.]");

  @ParameterizedTest
  @CsvSource({
    "amqp://broker, /",
    "amqp://broker:5672, /",
    "amqp://user:password@broker:5672/, /",
    "amqps://user:password@broker/, /",
    "amqp://broker/%2f, /",
    "amqp://broker/tapes, tapes"
  })
  void anAddressWithoutAVirtualHostMeansTheDefaultOne(String uri, String virtualHost) {
    assertThat(RabbitEventBus.factory(uri).getVirtualHost()).isEqualTo(virtualHost);
  }

  @Test
  void everyBrokerInDeploymentsAndDocsHasTheDefaultVirtualHost() throws IOException {
    Set<String> named = new TreeSet<>();
    for (String folder : new String[] {"deploy", "docs"}) {
      try (Stream<Path> files = Files.walk(Path.of("..", folder))) {
        for (Path file : files.filter(AddressesTest::isText).toList()) {
          Matcher broker = BROKER.matcher(Files.readString(file));
          while (broker.find()) {
            String uri = broker.group().replaceAll("\\$\\{[A-Z_]+}", "secret");
            assertThat(RabbitEventBus.factory(uri).getVirtualHost())
                .as("%s in %s", uri, file)
                .isEqualTo("/");
            named.add(file.getFileName().toString());
          }
        }
      }
    }
    assertThat(named)
        .contains("kustomization.yaml", "compose.cluster.yaml", "README.md", "settings.md");
  }

  private static boolean isText(Path file) {
    return Files.isRegularFile(file) && file.toString().matches(".*\\.(yaml|md)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://u:hush@broker", "amqp://u:hush@broker/a/b", "amqp://u:hu sh@b", "hush"})
  void whatIsNoAddressIsRefusedWithoutItsPassword(String uri) {
    assertThatThrownBy(() -> RabbitEventBus.requireAddress(uri))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("it is not of the form amqp://host:port/");
    assertThatThrownBy(() -> GridFsBlobStore.requireAddress(uri))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("it is not of the form mongodb://host:port/name");
  }
}
