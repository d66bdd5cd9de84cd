package io.tapedeck.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Secret;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A signed token (RFC 7519) that was verified. The only algorithm is ES256, and nothing in a token
 * can choose another: key, type and curve come from our own key set.
 *
 * @param subject whom the token stands for
 * @param expires the first moment at which the token is no longer valid
 * @param claims the claims whose values are text
 */
public record Jwt(String subject, Instant expires, Map<String, String> claims) {
  /** Longer than any of our tokens, in characters; a longer token is refused unread. */
  private static final int LONGEST = 4096;

  public Jwt {
    claims = Map.copyOf(claims);
  }

  /**
   * Who issues tokens, and for whom. A token for one audience is refused by every other.
   *
   * @param issuer such as {@code tapedeck}
   * @param audience such as {@code tapedeck-api}
   */
  public record Realm(String issuer, String audience) {}

  /** Where a verifier finds public keys. */
  public interface Keys {
    /** The keys that are known now. */
    KeySet known();

    /**
     * Called when a token names an unknown key. An implementation may read the source again, but
     * must limit how often strangers can cause this.
     */
    default KeySet renewed() {
      return known();
    }
  }

  /** Makes tokens with the current key. */
  public record Signer(Realm realm, Supplier<SigningKey> key, Clock clock) {
    /** A token for the subject, valid from now for the given time. */
    public Secret sign(String subject, Duration lifetime, Map<String, String> claims) {
      SigningKey signing = key.get();
      Instant now = clock.instant();
      JWTClaimsSet.Builder set =
          new JWTClaimsSet.Builder()
              .issuer(realm.issuer())
              .audience(realm.audience())
              .subject(subject)
              .issueTime(Date.from(now))
              .expirationTime(Date.from(now.plus(lifetime)));
      claims.forEach(set::claim);
      JWSHeader header =
          new JWSHeader.Builder(JWSAlgorithm.ES256)
              .type(JOSEObjectType.JWT)
              .keyID(signing.id())
              .build();
      SignedJWT token = new SignedJWT(header, set.build());
      try {
        token.sign(new ECDSASigner(signing.key()));
      } catch (JOSEException e) {
        throw new IllegalStateException("this JDK does not sign with ES256", e);
      }
      return new Secret(token.serialize());
    }
  }

  /** Verifies tokens. */
  public record Verifier(Realm realm, Keys keys, Clock clock) {
    /**
     * Reads a token that one of our keys signed for this audience and that is still valid.
     *
     * @throws Refusal {@link Code#TOKEN_EXPIRED} when a genuine token expired, otherwise {@link
     *     Code#UNAUTHENTICATED}
     */
    public Jwt verify(Secret token) {
      try {
        SignedJWT signed = parsed(token.reveal());
        ECKey key = key(signed.getHeader());
        if (!signed.verify(new ECDSAVerifier(key))) {
          throw refused("its signature is not ours");
        }
        return accepted(signed.getJWTClaimsSet());
      } catch (ParseException | JOSEException | IllegalArgumentException e) {
        throw refused("it is not well formed");
      }
    }

    private static SignedJWT parsed(String token) throws ParseException {
      if (token.length() > LONGEST) {
        throw refused("it is too long");
      }
      return SignedJWT.parse(token);
    }

    private ECKey key(JWSHeader header) {
      if (!JWSAlgorithm.ES256.equals(header.getAlgorithm())) {
        throw refused("its algorithm is not ES256");
      }
      ECKey key = keys.known().find(header.getKeyID());
      if (key == null && header.getKeyID() != null) {
        key = keys.renewed().find(header.getKeyID());
      }
      if (key == null) {
        throw refused("its key is not known here");
      }
      return key;
    }

    private Jwt accepted(JWTClaimsSet claims) {
      Date expires = claims.getExpirationTime();
      String subject = claims.getSubject();
      if (!realm.issuer().equals(claims.getIssuer())
          || !claims.getAudience().equals(List.of(realm.audience()))) {
        throw refused("it was not made for this use");
      }
      if (expires == null || subject == null) {
        throw refused("it lacks what every token has");
      }
      if (!clock.instant().isBefore(expires.toInstant())) {
        throw new Refusal(Code.TOKEN_EXPIRED, "it was good until " + expires.toInstant());
      }
      return new Jwt(subject, expires.toInstant(), texts(claims));
    }

    private static Map<String, String> texts(JWTClaimsSet claims) {
      Map<String, String> texts = new HashMap<>();
      claims
          .getClaims()
          .forEach((String name, @Nullable Object value) -> {
            if (value instanceof String text) {
              texts.put(name, text);
            }
          });
      return texts;
    }
  }

  private static Refusal refused(String why) {
    return new Refusal(Code.UNAUTHENTICATED, "the token is not accepted: " + why);
  }
}
