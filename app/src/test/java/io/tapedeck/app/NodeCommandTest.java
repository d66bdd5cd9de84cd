package io.tapedeck.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.Security;
import org.junit.jupiter.api.Test;

class NodeCommandTest {
  @Test
  void theNewAddressOfAStoreIsFoundWithinSeconds() {
    NodeCommand.trustAddressesBriefly();

    assertThat(Security.getProperty("networkaddress.cache.ttl")).isEqualTo("3");
    assertThat(Security.getProperty("networkaddress.cache.negative.ttl")).isEqualTo("1");
  }
}
