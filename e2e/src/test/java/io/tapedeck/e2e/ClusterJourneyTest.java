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
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** On a cluster: four roles in six processes, on MariaDB, RabbitMQ and MongoDB's protocol. */
class ClusterJourneyTest extends Journey {
  @Override
  House open(Path folder) throws Exception {
    return Cluster.start(
        Files.createDirectories(folder.resolve("cluster")),
        Map.of("TAPEDECK_CONVERTER_FFMPEG", fragile(folder).toString()));
  }

  /** The system's ffmpeg, but one that crashes at every file with a certain word in it. */
  private static Path fragile(Path folder) throws Exception {
    Path script = folder.resolve("ffmpeg");
    Files.writeString(
        script,
        """
        #!/bin/sh
        for each; do case $each in file:*) if /bin/grep -q POISON "${each#file:}"; then kill -SEGV $$; fi;; esac; done
        exec /usr/bin/ffmpeg "$@"
        """);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return script;
  }

  @Test
  void aVideoThatCrashesTheChildFailsWithAReasonAndHarmsNoOther() throws Exception {
    Api eve = new Api(cluster().uri()).signUp("poison@example.org");
    Path good = Media.video(folder.resolve("good.mp4"), 1);
    Path bad = Files.copy(good, folder.resolve("bad.mp4"));
    Files.writeString(bad, "POISON", StandardOpenOption.APPEND);
    String poisoned = Api.id(eve.convert(bad));
    String after = Api.id(eve.convert(good));
    assertThat(Api.state(eve.ended(after))).isEqualTo("ready");
    JsonNode ended = eve.ended(poisoned);
    assertThat(Api.state(ended)).isEqualTo("failed");
    assertThat(ended.get("problem").get("detail").asString()).isNotBlank();
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
