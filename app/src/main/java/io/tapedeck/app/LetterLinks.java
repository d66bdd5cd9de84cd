package io.tapedeck.app;

import io.tapedeck.core.Conversion;
import io.tapedeck.notification.SignedLinks;
import java.net.URI;
import java.util.function.Supplier;

/** The addresses in letters: the gateway's signed links, below the server's own address. */
record LetterLinks(io.tapedeck.gateway.SignedLinks signed, Supplier<URI> address)
    implements SignedLinks {
  @Override
  public URI mp3(Conversion conversion) {
    return URI.create(base() + signed.path(conversion.id(), conversion.expiresAt()));
  }

  @Override
  public URI page(Conversion conversion) {
    return URI.create(base() + "/#" + conversion.id());
  }

  private String base() {
    return address.get().toString().replaceFirst("/+$", "");
  }
}
