package io.tapedeck.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.BlobId;
import io.tapedeck.core.Code;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.Problem;
import io.tapedeck.core.Video;
import io.tapedeck.http.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminCommandTest {
  private static final byte[] PASSWORD =
      "a long walk on the beach\n".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path folder;

  private Said say(String... words) {
    return Said.to(
        PASSWORD,
        Stream.concat(Stream.of(words), Stream.of("--data", folder.toString()))
            .toArray(String[]::new));
  }

  private Said admin(String... words) {
    return say(Stream.concat(Stream.of("admin"), Stream.of(words)).toArray(String[]::new));
  }

  private void add(String email, String... more) {
    assertThat(
            say(Stream.concat(Stream.of("user", "add", email, "--password-stdin"), Stream.of(more))
                    .toArray(String[]::new))
                .code())
        .isZero();
  }

  @Test
  void peopleAreListedSuspendedAndResumed() {
    add("boss@example.org", "--admin");
    add("ada@example.org");

    assertThat(admin("people").out()).hasLineCount(2).contains("ada@example.org", "never");
    assertThat(admin("suspend", "ada@example.org").out()).isEqualTo("suspended ada@example.org\n");
    assertThat(admin("people", "--search", "ada").out()).hasLineCount(1).contains("suspended");
    Said json = admin("resume", "ada@example.org", "--json");
    assertThat(Json.tree(json.out()).get("suspendedAt").isNull()).isTrue();
    Said last = admin("suspend", "boss@example.org");
    assertThat(last.code()).isEqualTo(1);
    assertThat(last.err()).hasLineCount(1).contains("the only administrator");
    assertThat(admin("remove", "ada@example.org").code()).isZero();
    assertThat(admin("acts").out()).hasLineCount(3).contains("account-deleted", "command-line");
  }

  @Test
  void roleAndLimitsAreSet() {
    add("ada@example.org");

    Said role = admin("role", "ada@example.org", "admin", "--json");
    Said quota =
        admin("quota", "ada@example.org", "--bytes", "5000", "--audio-minutes", "2", "--json");

    assertThat(Json.tree(role.out()).get("role").asString()).isEqualTo("admin");
    assertThat(Json.tree(quota.out()).get("quota").get("audioSeconds").asInt()).isEqualTo(120);
    assertThat(Json.tree(quota.out()).get("quota").get("active").isNull()).isTrue();
  }

  @Test
  void signUpIsSwitchedAndInvitationsAreMade() {
    assertThat(admin("sign-up").out()).isEqualTo("open\n");
    assertThat(admin("sign-up", "closed").out()).isEqualTo("closed\n");
    assertThat(admin("invite").code()).isEqualTo(1);
    assertThat(admin("sign-up", "invite").code()).isZero();
    assertThat(admin("invite", "--email", "ada@example.org").out()).startsWith("tdi_");
    String id = Json.tree(admin("invites", "--json").out()).get(0).get("id").asString();
    assertThat(admin("withdraw", id).out()).isEqualTo("withdrawn\n");
    assertThat(admin("withdraw", id).code()).isEqualTo(1);
    assertThat(admin("sign-up", "default").out()).isEqualTo("open\n");
    assertThat(admin("sign-up", "sometimes").code()).isEqualTo(1);
  }

  @Test
  void aFailedConversionIsListedWithItsReasonAndRetried() {
    ConversionId id = ConversionId.at(Instant.now());
    AccountId owner = AccountId.at(Instant.now());
    try (DataFolder data = DataFolder.open(folder);
        Stores stores = Stores.local(data, moved -> {}, Clock.systemUTC())) {
      stores
          .ledger()
          .create(
              id,
              owner,
              new Video("secret plans.mp4", 5, BlobId.video(id)),
              ConversionOptions.DEFAULT,
              Instant.now().plusSeconds(3600));
      stores
          .ledger()
          .giveUp(id, new Problem(Code.NO_AUDIO_TRACK, "secret plans.mp4 has only a picture"));
    }

    Said listed = admin("conversions", "--state", "failed");

    assertThat(listed.out())
        .hasLineCount(1)
        .contains(id.value(), owner.value(), "no-audio-track: the file has only a picture")
        .doesNotContain("secret plans");
    assertThat(admin("retry", id.value()).out()).isEqualTo(id + " is queued\n");
    assertThat(admin("retry", id.value()).code()).as("no longer failed").isEqualTo(1);
    assertThat(admin("cancel", id.value()).out()).isEqualTo(id + " is cancelled\n");
    assertThat(admin("conversions", "--state", "failed").out()).isEmpty();
    assertThat(admin("server").out()).contains("queued      0", "database", "up");
  }

  @Test
  void withoutAWordItSaysWhatItCanDo() {
    Said said = admin();

    assertThat(said.code()).isEqualTo(2);
  }
}
