package io.tapedeck.identity;

import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Secret;
import io.tapedeck.http.Exchange;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/** E-mail and password as HTTP Basic sends them (RFC 7617, UTF-8). */
public record BasicCredentials(String email, Secret password) {
  private static final String SCHEME = "basic ";

  /**
   * The credentials of the request, or empty when it has no Basic header.
   *
   * @throws Refusal {@link Code#BAD_REQUEST} when the Basic header cannot be read
   */
  public static Optional<BasicCredentials> of(Exchange exchange) {
    return exchange
        .header("Authorization")
        .filter(header -> header.toLowerCase(Locale.ROOT).startsWith(SCHEME))
        .map(header -> read(header.substring(SCHEME.length()).strip()));
  }

  private static BasicCredentials read(String encoded) {
    try {
      String both = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
      int colon = both.indexOf(':');
      if (colon >= 0) {
        return new BasicCredentials(
            both.substring(0, colon), new Secret(both.substring(colon + 1)));
      }
    } catch (IllegalArgumentException e) {
      // not base64: refused below
    }
    throw new Refusal(Code.BAD_REQUEST, "the Basic header must be base64 of email:password");
  }
}
