package io.tapedeck.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.auth.Auth;
import io.tapedeck.contracts.TurnableClock;
import io.tapedeck.core.AccountId;
import io.tapedeck.core.Code;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.Event;
import io.tapedeck.core.Refusal;
import io.tapedeck.identity.Jwt;
import io.tapedeck.identity.ServiceKeys;
import io.tapedeck.identity.SigningKey;
import io.tapedeck.sql.Database;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events are believed for who sealed them, never for where they were found. */
class ServiceTokensTest {
  @TempDir private Path folder;
  private final TurnableClock clock = new TurnableClock(Instant.parse("2026-05-01T12:00:00Z"));
  private final Event event = new Event.VideoStored(ConversionId.at(clock.instant()));
  private Database database;
  private ServiceTokens sender;
  private ServiceTokens receiver;

  @BeforeEach
  void open() {
    database = Database.sqlite(folder.resolve("tapedeck.db"));
    Auth.migrate(database);
    sender = new ServiceTokens(ServiceKeys.open(database, "gateway", clock));
    receiver = new ServiceTokens(ServiceKeys.open(database, "converter", clock));
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void whatAnotherServiceSealedIsBelieved() {
    assertThatCode(() -> receiver.check(sender.of(event), event)).doesNotThrowAnyException();
    Event notice = new Event.Changed(event.conversion(), AccountId.at(clock.instant()));
    assertThatCode(() -> receiver.check(sender.of(notice), notice)).doesNotThrowAnyException();
  }

  @Test
  void theSealOfOneEventIsNotThatOfAnother() {
    String seal = sender.of(event);
    Event elsewhere = new Event.VideoStored(ConversionId.at(clock.instant()));
    refused(Code.UNAUTHENTICATED, seal, elsewhere);
    refused(Code.UNAUTHENTICATED, seal, new Event.Mp3Ready(event.conversion()));
  }

  @Test
  void aSealIsGoodForAsLongAsItsKeyIsKept() {
    String seal = sender.of(event);
    clock.advance(ServiceKeys.KEPT.minusMinutes(1));
    sender.keys().tasks().runDue(); // a process that lives says so every five minutes
    receiver.check(seal, event);
    clock.advance(Duration.ofMinutes(2));
    refused(Code.TOKEN_EXPIRED, seal, event);
  }

  @Test
  void aKeyThatNobodyPublishedAndAnotherAudienceAreRefused() {
    SigningKey strange = SigningKey.generate();
    Map<String, String> claims =
        Map.of("event", "VideoStored", "conversion", event.conversion().value());
    Jwt.Signer stranger = new Jwt.Signer(ServiceKeys.REALM, () -> strange, clock);
    refused(
        Code.UNAUTHENTICATED,
        stranger.sign("gateway", Duration.ofMinutes(1), claims).reveal(),
        event);
    Jwt.Signer forPeople = new Jwt.Signer(Auth.REALM, sender.keys().signer().key(), clock);
    refused(
        Code.UNAUTHENTICATED,
        forPeople.sign("gateway", Duration.ofMinutes(1), claims).reveal(),
        event);
  }

  @Test
  void aTokenCanNotChooseAnotherAlgorithm() throws Exception {
    String[] parts = sender.of(event).split("\\.");
    String header = new String(Base64.getUrlDecoder().decode(parts[0]), StandardCharsets.UTF_8);
    assertThat(header).contains("ES256");
    String none = encoded(header.replace("ES256", "none")) + "." + parts[1] + ".";
    refused(Code.UNAUTHENTICATED, none, event);
    String secret = encoded(header.replace("ES256", "HS256")) + "." + parts[1];
    Mac mac = Mac.getInstance("HmacSHA256");
    byte[] publicKey = sender.keys().known().json().getBytes(StandardCharsets.UTF_8);
    mac.init(new SecretKeySpec(publicKey, "HmacSHA256"));
    byte[] signature = mac.doFinal(secret.getBytes(StandardCharsets.UTF_8));
    refused(Code.UNAUTHENTICATED, secret + "." + encoded(signature), event);
    for (String odd : new String[] {"", "sealed", "a.b.c", parts[0] + "." + parts[1] + ".AAAA"}) {
      refused(Code.UNAUTHENTICATED, odd, event);
    }
  }

  private static String encoded(String text) {
    return encoded(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private void refused(Code code, String seal, Event what) {
    assertThatThrownBy(() -> receiver.check(seal, what))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(code));
  }
}
