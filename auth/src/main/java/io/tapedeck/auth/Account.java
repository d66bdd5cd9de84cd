package io.tapedeck.auth;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.Identity.Person;
import io.tapedeck.core.Identity.Role;
import java.time.Instant;
import java.util.Locale;

/**
 * An account that can sign in.
 *
 * @param email normalised
 * @param language of e-mails, {@code en} or {@code it}
 */
public record Account(AccountId id, String email, Role role, Locale language, Instant createdAt) {

  Person person() {
    return new Person(id, email, language);
  }
}
