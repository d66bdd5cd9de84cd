package io.tapedeck.identity;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import java.text.ParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The public keys that tokens may be signed with, as in {@code /.well-known/jwks.json}. Only P-256
 * keys with an id are kept. All other keys are ignored, so that no other algorithm can ever be
 * chosen.
 */
public final class KeySet {
  private final Map<String, ECKey> keys;

  private KeySet(List<? extends JWK> all) {
    keys = HashMap.newHashMap(all.size());
    for (JWK jwk : all) {
      if (jwk instanceof ECKey key && key.getKeyID() != null && fits(key)) {
        keys.put(key.getKeyID(), key.toPublicJWK());
      }
    }
  }

  private static boolean fits(ECKey key) {
    return key.getCurve().equals(Curve.P_256)
        && (key.getAlgorithm() == null || key.getAlgorithm().equals(JWSAlgorithm.ES256));
  }

  /** The public halves of these keys. */
  public static KeySet of(List<SigningKey> keys) {
    return new KeySet(keys.stream().map(SigningKey::key).toList());
  }

  /**
   * Reads a JWK Set (RFC 7517).
   *
   * @throws IllegalArgumentException when the text is no JWK Set
   */
  public static KeySet read(String json) {
    try {
      return new KeySet(JWKSet.parse(json).getKeys());
    } catch (ParseException e) {
      throw new IllegalArgumentException("not a JWK Set: " + e.getMessage(), e);
    }
  }

  /** All keys of these sets. */
  public static KeySet union(List<KeySet> sets) {
    return new KeySet(sets.stream().flatMap(set -> set.keys.values().stream()).toList());
  }

  /** The set as a JWK Set, without anything private. */
  public String json() {
    return new JWKSet(keys.values().stream().map(JWK.class::cast).toList()).toString(true);
  }

  /** Whether the set has a key with this id. */
  public boolean contains(String id) {
    return keys.containsKey(id);
  }

  @Nullable ECKey find(@Nullable String id) {
    return id == null ? null : keys.get(id);
  }
}
