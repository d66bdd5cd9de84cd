package io.tapedeck.identity;

import io.tapedeck.core.Outage;
import io.tapedeck.core.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals private keys for a database (AES-256-GCM), with a secret that is not in that database.
 * Whoever has only the database, or a backup of it, cannot sign tokens then. Without a secret, keys
 * are stored as they are.
 */
public final class KeySeal {
  private static final String SEALED = "sealed:";
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Optional<Secret> secret;

  /**
   * @param secret of 32 random characters or more
   */
  public KeySeal(Optional<Secret> secret) {
    this.secret = secret;
  }

  /** The text to store. */
  public String sealed(Secret key) {
    if (secret.isEmpty()) {
      return key.reveal();
    }
    byte[] nonce = new byte[NONCE];
    RANDOM.nextBytes(nonce);
    byte[] sealed =
        apply(Cipher.ENCRYPT_MODE, nonce, key.reveal().getBytes(StandardCharsets.UTF_8));
    byte[] all = Arrays.copyOf(nonce, NONCE + sealed.length);
    System.arraycopy(sealed, 0, all, NONCE, sealed.length);
    return SEALED + Base64.getEncoder().encodeToString(all);
  }

  /**
   * The key in a stored text, sealed or not.
   *
   * @throws Outage when it is sealed with another secret, with the remedy
   */
  public Secret opened(String stored) {
    if (!stored.startsWith(SEALED)) {
      return new Secret(stored);
    }
    byte[] all = Base64.getDecoder().decode(stored.substring(SEALED.length()));
    byte[] nonce = Arrays.copyOf(all, NONCE);
    byte[] key = apply(Cipher.DECRYPT_MODE, nonce, Arrays.copyOfRange(all, NONCE, all.length));
    return new Secret(new String(key, StandardCharsets.UTF_8));
  }

  /** Whether a stored text is not as {@link #sealed} would store it. */
  public boolean isOpen(String stored) {
    return secret.isPresent() && !stored.startsWith(SEALED);
  }

  private byte[] apply(int mode, byte[] nonce, byte[] bytes) {
    Secret known =
        secret.orElseThrow(() ->
            new Outage("the keys that sign tokens are sealed; set accounts.key-secret", null));
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(("keys\n" + known.reveal()).getBytes(StandardCharsets.UTF_8));
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, new SecretKeySpec(hash, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
      return cipher.doFinal(bytes);
    } catch (GeneralSecurityException e) {
      // Its own message, of a tag that does not match, tells an operator nothing.
      throw new Outage(
          "the keys that sign tokens are sealed with another secret than accounts.key-secret",
          null);
    }
  }
}
