package io.tapedeck.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.contracts.Media;
import io.tapedeck.http.Json;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** On a cluster: four roles in six processes, on MariaDB, RabbitMQ and MongoDB's protocol. */
class ClusterJourneyTest extends Journey {
  @Override
  House open(Path folder) throws Exception {
    return Cluster.start(Files.createDirectories(folder.resolve("cluster")));
  }

  private Cluster cluster() {
    return (Cluster) house();
  }

  @Test
  void whatOneGatewayAcceptsIsSeenLiveAtTheOther() throws Exception {
    Api here = new Api(cluster().uri()).signUp("two@example.org");
    Api there = new Api(cluster().otherGateway());
    there.signIn("two@example.org");
    Path clip = Media.video(folder.resolve("seen.mp4"), 2);
    HttpResponse<InputStream> events = there.stream(there.request("v1/events"));
    String id = Api.id(here.convert(clip));
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(events.body(), StandardCharsets.UTF_8))) {
      String state = "";
      for (String line = lines.readLine();
          line != null && !state.equals("ready");
          line = lines.readLine()) {
        if (line.startsWith("data:")) {
          JsonNode conversion = Json.tree(line.substring(5));
          state = Api.id(conversion).equals(id) ? Api.state(conversion) : state;
        }
      }
      assertThat(state).isEqualTo("ready");
    }
    assertThat(there.bytes(there.request("v1/conversions/" + id + "/mp3")).statusCode())
        .isEqualTo(200);
  }
}
