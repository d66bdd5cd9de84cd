package io.tapedeck.auth;

import io.tapedeck.contracts.IdentityContract;
import io.tapedeck.core.AccountId;
import io.tapedeck.core.Identity;
import io.tapedeck.core.Identity.Role;
import io.tapedeck.core.Secret;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class LocalIdentityTest extends IdentityContract {
  @TempDir private Path folder;
  private AuthServer server;

  @BeforeEach
  void start() {
    server = AuthServer.start(folder);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Override
  protected Identity identity() {
    return server.auth.identity();
  }

  @Override
  protected AccountId account(String email, Secret password) {
    return server.auth.accounts().add(email, password, Role.USER, Locale.ITALIAN).id();
  }

  @Override
  protected Secret apiKey(AccountId account) {
    return server.auth.parts().apiKeys().create(account, "a program").secret();
  }
}
