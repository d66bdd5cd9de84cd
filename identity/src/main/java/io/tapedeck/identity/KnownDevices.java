package io.tapedeck.identity;

import io.tapedeck.core.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Browsers that signed in to an account before, known by a cookie that stays after signing out. It
 * holds a proof for each of the accounts used last. A proof is a random id and its HMAC, whose key
 * is the account's stored password hash. So nothing is stored here, only this server can make a
 * proof, and a new password ends all of them. A proof signs nobody in. It only keeps strangers'
 * guesses from slowing down the account's owner.
 */
public final class KnownDevices {
  private static final int ACCOUNTS = 4;
  private static final String PREFIX = "device_";
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private KnownDevices() {}

  private record Proof(String id, String mac) {
    boolean fits(String hash) {
      return macOf(id, hash).equals(new Secret(mac));
    }
  }

  /** The device's id when the cookie has a proof for the account with this password hash. */
  public static Optional<String> id(Optional<String> cookie, String hash) {
    return proofs(cookie).stream().filter(proof -> proof.fits(hash)).map(Proof::id).findFirst();
  }

  /** The cookie's next value: with a proof for this account, and those for other accounts. */
  public static String with(Optional<String> cookie, String hash) {
    List<Proof> proofs = new ArrayList<>(proofs(cookie));
    proofs.removeIf(proof -> proof.fits(hash));
    String id = id(cookie, hash).orElseGet(() -> fresh());
    proofs.addFirst(new Proof(id, macOf(id, hash).reveal()));
    List<String> parts = new ArrayList<>();
    for (Proof proof : proofs.subList(0, Math.min(ACCOUNTS, proofs.size()))) {
      parts.add(proof.id());
      parts.add(proof.mac());
    }
    return String.join(".", parts);
  }

  private static String fresh() {
    byte[] random = new byte[16];
    RANDOM.nextBytes(random);
    return PREFIX + BASE64.encodeToString(random);
  }

  private static Secret macOf(String id, String hash) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(hash.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return new Secret(BASE64.encodeToString(mac.doFinal(id.getBytes(StandardCharsets.UTF_8))));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  private static List<Proof> proofs(Optional<String> cookie) {
    String[] parts = cookie.orElse("").split("\\.");
    List<Proof> proofs = new ArrayList<>();
    for (int i = 0; i + 1 < parts.length && proofs.size() < ACCOUNTS; i += 2) {
      proofs.add(new Proof(parts[i], parts[i + 1]));
    }
    return proofs;
  }
}
