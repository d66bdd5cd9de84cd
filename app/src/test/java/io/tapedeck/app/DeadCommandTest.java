package io.tapedeck.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.ConversionId;
import io.tapedeck.core.DeadLetters.DeadLetter;
import io.tapedeck.core.Event;
import io.tapedeck.core.EventBus.Queue;
import io.tapedeck.core.EventBus.Subscription;
import io.tapedeck.core.EventBus.Verdict;
import io.tapedeck.http.Json;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadCommandTest {
  @TempDir private Path folder;
  private final ConversionId conversion = ConversionId.at(Instant.now());
  private String first = "";
  private String second = "";

  private Said dead(String... words) {
    String[] command = new String[words.length + 3];
    command[0] = "dead";
    System.arraycopy(words, 0, command, 1, words.length);
    command[words.length + 1] = "--data";
    command[words.length + 2] = folder.toString();
    return Said.by(command);
  }

  @BeforeEach
  void twoDie() {
    try (DataFolder data = DataFolder.open(folder);
        Stores stores = Stores.local(data, moved -> {}, Clock.systemUTC())) {
      stores.bus().publish(new Event.Mp3Ready(conversion));
      stores.bus().publish(new Event.ConversionFailed(conversion));
      try (Subscription _ = stores.bus().consume(Queue.MP3, 1, event -> Verdict.DISCARD)) {
        while (stores.dead().list().size() < 2) {
          Thread.onSpinWait();
        }
      }
      List<DeadLetter> all = stores.dead().list();
      first = all.getFirst().id();
      second = all.getLast().id();
    }
  }

  @Test
  void theDeadAreListedForPeopleAndForPrograms() {
    Said people = dead("list");
    Said programs = dead("list", "--json");

    assertThat(people.out()).hasLineCount(2).contains("mp3-ready", conversion.value(), "refused");
    var mail = Json.tree(programs.out()).get(0);
    assertThat(mail.get("id").asString()).isEqualTo(first);
    assertThat(mail.get("queue").asString()).isEqualTo("mp3");
    assertThat(mail.get("type").asString()).isEqualTo("mp3-ready");
    assertThat(mail.get("conversion").asString()).isEqualTo(conversion.value());
    assertThat(mail.get("tries").asInt()).isEqualTo(1);
    assertThat(Instant.parse(mail.get("died").asString())).isBefore(Instant.now());
  }

  @Test
  void oneIsRetriedAndOneDropped() {
    assertThat(dead("retry", first).out()).isEqualTo("retried 1\n");
    assertThat(dead("drop", second, "--json").out()).isEqualTo("{\"dropped\":1}\n");
    assertThat(dead("list").out()).isEmpty();
  }

  @Test
  void nothingIsDroppedByMistake() {
    Said nothing = dead("drop");
    Said both = dead("drop", first, "--all");
    Said stranger = dead("drop", "nobody");

    assertThat(nothing.code()).isEqualTo(2);
    assertThat(nothing.err()).contains("say --all");
    assertThat(both.code()).isEqualTo(2);
    assertThat(stranger.code()).isEqualTo(1);
    assertThat(stranger.err()).hasLineCount(1).contains("there is no dead letter nobody");
    assertThat(dead("list").out()).hasLineCount(2);
    assertThat(dead("drop", "--all").out()).isEqualTo("dropped 2\n");
  }

  @Test
  void withoutAWordItSaysWhatItCanDo() {
    assertThat(dead().code()).isEqualTo(2);
  }
}
