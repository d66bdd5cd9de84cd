package io.tapedeck.app;

import io.tapedeck.cluster.Seal;
import io.tapedeck.core.Code;
import io.tapedeck.core.Event;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Secret;
import io.tapedeck.identity.Jwt;
import io.tapedeck.identity.ServiceKeys;
import java.util.Map;

/** An event carries a token of the process that sent it; the token names the event. */
record ServiceTokens(ServiceKeys keys) implements Seal {
  @Override
  public String of(Event event) {
    return keys.signer().sign(keys.service(), ServiceKeys.KEPT, claims(event)).reveal();
  }

  @Override
  public void check(String token, Event event) {
    Jwt jwt = keys.verifier().verify(new Secret(token));
    if (!jwt.claims().entrySet().containsAll(claims(event).entrySet())) {
      throw new Refusal(Code.UNAUTHENTICATED, "the event's token is that of another event");
    }
  }

  private static Map<String, String> claims(Event event) {
    return Map.of(
        "event", event.getClass().getSimpleName(), "conversion", event.conversion().value());
  }
}
