package io.tapedeck.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.contracts.IdentityContract;
import io.tapedeck.core.AccountId;
import io.tapedeck.core.Code;
import io.tapedeck.core.Component.Health;
import io.tapedeck.core.Fault;
import io.tapedeck.core.Identity;
import io.tapedeck.core.Identity.Principal;
import io.tapedeck.core.Identity.Role;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Secret;
import io.tapedeck.http.Router;
import io.tapedeck.identity.RemoteIdentity;
import io.tapedeck.identity.ServiceClient;
import io.tapedeck.identity.ServiceKeys;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same contract as seen from another process: over HTTP, with auth's public keys. */
class RemoteIdentityTest extends IdentityContract {
  private static final String EMAIL = "ada@example.org";
  private static final Secret PASSWORD = new Secret("plum-tart-for-nine");

  @TempDir private Path folder;
  private AuthServer server;
  private ServiceKeys keys;
  private RemoteIdentity identity;

  @BeforeEach
  void start() {
    server = AuthServer.start(folder);
    keys = ServiceKeys.open(server.database, "gateway", server.clock);
    identity = of(keys::token);
  }

  private RemoteIdentity of(java.util.function.Supplier<Secret> token) {
    return new RemoteIdentity(
        new ServiceClient("auth", server.web.uri(), token), Auth.REALM, server.clock);
  }

  @AfterEach
  void stop() {
    identity.close();
    server.close();
  }

  @Override
  protected Identity identity() {
    return identity;
  }

  @Override
  protected AccountId account(String email, Secret password) {
    return server.auth.accounts().add(email, password, Role.USER, Locale.ITALIAN).id();
  }

  @Override
  protected Secret apiKey(AccountId account) {
    return server.auth.parts().apiKeys().create(account, "a program").secret();
  }

  @Test
  void tokensAreVerifiedWhileAuthIsAwayAndNothingElseIs() {
    AccountId ada = account(EMAIL, PASSWORD);
    Secret token = identity.signIn(EMAIL, PASSWORD, "192.0.2.1");
    identity.verify(token);
    server.web.close();
    server.clock.advance(Duration.ofMinutes(5));
    assertThat(identity.verify(token)).isEqualTo(new Principal(ada, Role.USER));
    assertThat(identity.check()).isEqualTo(Health.up());
    refused(Code.UNAVAILABLE, () -> identity.person(ada));
    assertThatThrownBy(() -> identity.verify(new Secret("tdk_unknown"))).isInstanceOf(Outage.class);
  }

  @Test
  void aSessionThatWasEndedIsEndedHereWithinHalfAMinute() {
    account(EMAIL, PASSWORD);
    Secret token = identity.signIn(EMAIL, PASSWORD, "192.0.2.1");
    identity.verify(token);
    server.auth.accounts().setPassword(EMAIL, new Secret("another-plum-tart"));
    server.clock.advance(Duration.ofSeconds(31));
    refused(Code.UNAUTHENTICATED, () -> identity.verify(token));
  }

  @Test
  void aTokenOfANewKeyIsAcceptedAtOnceAndAnExpiredOneIsNot() {
    account(EMAIL, PASSWORD);
    identity.verify(identity.signIn(EMAIL, PASSWORD, "192.0.2.1"));
    server.auth.rotateKeys();
    server.clock.advance(Duration.ofMinutes(3));
    Secret fresh = identity.signIn(EMAIL, PASSWORD, "192.0.2.1");
    assertThat(identity.verify(fresh).role()).isEqualTo(Role.USER);
    server.clock.advance(Duration.ofHours(1));
    refused(Code.TOKEN_EXPIRED, () -> identity.verify(fresh));
  }

  @Test
  void onlyServicesMayAskWhatOnlyServicesMayKnow() {
    AccountId ada = account(EMAIL, PASSWORD);
    Secret asAda = identity.signIn(EMAIL, PASSWORD, "192.0.2.1");
    for (Secret token : new Secret[] {asAda, new Secret("x"), new Secret("a.b.c")}) {
      try (RemoteIdentity stranger = of(() -> token)) {
        refused(Code.UNAVAILABLE, () -> stranger.person(ada));
        refused(Code.UNAVAILABLE, () -> stranger.signIn(EMAIL, PASSWORD, "192.0.2.1"));
      }
    }
    Secret asService = keys.token();
    refused(Code.UNAUTHENTICATED, () -> identity.verify(asService));
    server.clock.advance(Duration.ofMinutes(2));
    try (RemoteIdentity late = of(() -> asService)) {
      refused(Code.UNAVAILABLE, () -> late.person(ada));
    }
  }

  @Test
  void aProcessThatStartedLaterIsKnownAndOneLongDeadIsForgotten() {
    keys.known();
    ServiceKeys later = ServiceKeys.open(server.database, "converter", server.clock);
    assertThat(keys.verifier().verify(later.token()).subject()).isEqualTo("converter");
    server.clock.advance(ServiceKeys.KEPT.plusHours(1));
    keys.known();
    refused(Code.UNAUTHENTICATED, () -> keys.verifier().verify(later.token()));
  }

  @Test
  void aLiveProcessThatNobodyAsksForDaysIsNotForgotten() {
    try (ServiceKeys idle = ServiceKeys.open(server.database, "notification", server.clock)) {
      for (Duration lived = Duration.ZERO;
          lived.compareTo(ServiceKeys.KEPT.multipliedBy(2)) < 0;
          lived = lived.plusHours(1)) {
        server.clock.advance(Duration.ofHours(1));
        idle.tasks().runDue();
        keys.tasks().runDue();
        keys.known();
      }
      assertThat(keys.verifier().verify(idle.token()).subject()).isEqualTo("notification");
    }
  }

  @Test
  void anAddressWithoutAuthIsAnOutageThatSaysWhere() {
    try (RemoteIdentity lost =
        new RemoteIdentity(
            new ServiceClient("auth", URI.create("http://127.0.0.1:1"), keys::token),
            Auth.REALM,
            server.clock)) {
      assertThatThrownBy(() -> lost.verify(new Secret("a.b.c"))).isInstanceOf(Fault.class);
      assertThat(lost.check()).isInstanceOf(Health.Down.class);
      assertThatThrownBy(() -> lost.signIn(EMAIL, PASSWORD, "192.0.2.1"))
          .isInstanceOf(Outage.class)
          .hasMessageContaining("http://127.0.0.1:1");
    }
  }

  @Test
  void theAddressesToHandOnAreThoseOfTheRole() {
    Router router = new Router();
    server.auth.routes(router);
    assertThat(Auth.ADDRESSES).containsExactlyInAnyOrderElementsOf(router.lines());
  }

  private static void refused(Code code, Runnable work) {
    assertThatThrownBy(work::run)
        .isInstanceOfSatisfying(
            Fault.class, fault -> assertThat(fault.problem().code()).isEqualTo(code));
  }
}
