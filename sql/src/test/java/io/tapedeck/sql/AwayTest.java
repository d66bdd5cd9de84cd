package io.tapedeck.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tapedeck.contracts.MariaDb;
import io.tapedeck.contracts.Ports;
import io.tapedeck.core.Component.Health;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Secret;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What is told of a database that does not let us in: the true cause, and never the password. */
class AwayTest {
  @Test
  void aServerThatIsNotThereIsCalledSo() throws IOException {
    try (Database database = at("jdbc:mysql://127.0.0.1:" + Ports.free() + "/tapedeck")) {
      assertThat(startsWith(database)).contains("onnection refused").doesNotContain("hush");
      assertThat(reason(database)).contains("onnection refused").doesNotContain("hush");
    }
  }

  @Test
  void aWrongPasswordIsCalledSo() {
    try (MariaDb server = MariaDb.start();
        Database database = at(server.url())) {
      assertThat(startsWith(database)).contains("Access denied").doesNotContain("hush");
      assertThat(reason(database)).contains("Access denied").doesNotContain("hush");
    }
  }

  private static Database at(String url) {
    return Database.mysql(url, MariaDb.USER, new Secret("hush"), 2);
  }

  private static String startsWith(Database database) {
    return catchThrowableOfType(Outage.class, () -> database.migrate("trial")).problem().detail();
  }

  private static String reason(Database database) {
    return database.check() instanceof Health.Down(String reason) ? reason : "";
  }
}
