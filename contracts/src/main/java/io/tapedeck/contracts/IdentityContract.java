package io.tapedeck.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.Code;
import io.tapedeck.core.Component.Health;
import io.tapedeck.core.Identity;
import io.tapedeck.core.Identity.Principal;
import io.tapedeck.core.Identity.Role;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Secret;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** What every Identity does. A subclass says which one, and how an account comes to be. */
public abstract class IdentityContract {
  private static final String EMAIL = "ada@example.org";
  private static final Secret PASSWORD = new Secret("plum-tart-for-nine");
  private static final String HERE = "192.0.2.1";

  /** The identity under test; the same one during a test. */
  protected abstract Identity identity();

  /** Makes a user whose e-mails are in Italian. */
  protected abstract AccountId account(String email, Secret password);

  /** Makes an API key of this account. */
  protected abstract Secret apiKey(AccountId account);

  @Test
  void itIsFitForWork() {
    assertThat(identity().check()).isEqualTo(Health.up());
  }

  @Test
  void aSignInGivesATokenThatStandsForTheAccount() {
    AccountId ada = account(EMAIL, PASSWORD);
    Secret token = identity().signIn(" ADA@example.org", PASSWORD, HERE);
    assertThat(identity().verify(token)).isEqualTo(new Principal(ada, Role.USER));
  }

  @Test
  void anApiKeyStandsForTheAccount() {
    AccountId ada = account(EMAIL, PASSWORD);
    assertThat(identity().verify(apiKey(ada))).isEqualTo(new Principal(ada, Role.USER));
  }

  @Test
  void aWrongPasswordAndAnUnknownNameAreRefusedAlike() {
    account(EMAIL, PASSWORD);
    for (String email : List.of(EMAIL, "bob@example.org", "no e-mail", "")) {
      assertThatThrownBy(() -> identity().signIn(email, new Secret("guess"), HERE))
          .isInstanceOf(Refusal.class)
          .hasMessage("bad-credentials: no account has this e-mail and this password");
    }
  }

  @Test
  void whoGuessesOnIsLockedOutForAWhile() {
    account(EMAIL, PASSWORD);
    for (int i = 0; i < 9; i++) {
      refused(Code.BAD_CREDENTIALS, () -> identity().signIn(EMAIL, new Secret("guess"), HERE));
    }
    assertThatThrownBy(() -> identity().signIn(EMAIL, PASSWORD, HERE))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.code()).isEqualTo(Code.LOCKED_OUT);
              assertThat(refusal.retryAfter()).isPresent();
            });
  }

  @Test
  void whatIsNoTokenOfOursIsRefused() {
    account(EMAIL, PASSWORD);
    String token = identity().signIn(EMAIL, PASSWORD, HERE).reveal();
    for (String odd :
        List.of(
            "", "x", "tdk_guess", "a.b.c", token + "x", token.substring(0, token.length() - 4))) {
      refused(Code.UNAUTHENTICATED, () -> identity().verify(new Secret(odd)));
    }
  }

  @Test
  void aPersonIsKnownByTheAccount() {
    AccountId ada = account(EMAIL, PASSWORD);
    assertThat(identity().person(ada)).contains(new Identity.Person(ada, EMAIL, Locale.ITALIAN));
    assertThat(identity().person(AccountId.at(Instant.EPOCH))).isEmpty();
  }

  private static void refused(Code code, Runnable work) {
    assertThatThrownBy(work::run)
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(code));
  }
}
