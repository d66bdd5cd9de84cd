package io.tapedeck.app;

import io.tapedeck.core.Conversion;
import io.tapedeck.core.Secret;
import io.tapedeck.notification.MailLinks;
import io.tapedeck.sharing.SignedLinks;
import java.net.URI;
import java.util.function.Supplier;

/** The addresses in e-mails: the gateway's signed links, below the server's own address. */
record SignedMailLinks(SignedLinks signed, Supplier<URI> address) implements MailLinks {
  @Override
  public URI mp3(Conversion conversion) {
    return URI.create(base() + signed.path(conversion.id(), conversion.expiresAt()));
  }

  @Override
  public URI page(Conversion conversion) {
    return URI.create(base() + "/#" + conversion.id());
  }

  @Override
  public URI confirmation(Secret token) {
    return URI.create(base() + "/v1/email-confirmations/" + token.reveal());
  }

  private String base() {
    return address.get().toString().replaceFirst("/+$", "");
  }
}
