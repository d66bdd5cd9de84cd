package io.tapedeck.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.tapedeck.core.Secret;
import java.text.ParseException;
import java.util.Objects;

/**
 * A private P-256 key that signs tokens (ES256), and the id by which verifiers find its public key.
 */
public final class SigningKey {
  private final ECKey key;

  private SigningKey(ECKey key) {
    this.key = key;
  }

  /** A new random key. Its id is its thumbprint (RFC 7638), so two keys never share an id. */
  public static SigningKey generate() {
    try {
      return new SigningKey(
          new ECKeyGenerator(Curve.P_256)
              .keyUse(KeyUse.SIGNATURE)
              .algorithm(JWSAlgorithm.ES256)
              .keyIDFromThumbprint(true)
              .generate());
    } catch (JOSEException e) {
      throw new IllegalStateException("this JDK makes no P-256 keys", e);
    }
  }

  /**
   * Reads what {@link #jwk()} wrote.
   *
   * @throws IllegalArgumentException when the text is not a private P-256 key with an id
   */
  public static SigningKey read(Secret jwk) {
    try {
      ECKey key = ECKey.parse(jwk.reveal());
      if (!key.isPrivate() || key.getKeyID() == null || !key.getCurve().equals(Curve.P_256)) {
        throw new IllegalArgumentException("not a private P-256 key with an id");
      }
      return new SigningKey(key);
    } catch (ParseException e) {
      // The parser's message may quote the key.
      throw new IllegalArgumentException("not a private JWK");
    }
  }

  /** The key's id, {@code kid} in a token's header. */
  public String id() {
    return Objects.requireNonNull(key.getKeyID(), "every key has an id");
  }

  /** The whole key as a JWK. It must be stored as a secret. */
  public Secret jwk() {
    return new Secret(key.toJSONString());
  }

  ECKey key() {
    return key;
  }
}
