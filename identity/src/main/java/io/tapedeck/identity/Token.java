package io.tapedeck.identity;

import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Random secrets: a prefix that shows the purpose, and 256 random bits. Only the SHA-256 of a
 * secret is stored; with this many random bits a slow hash is not needed.
 */
public final class Token {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private Token() {}

  /** A new secret, such as {@code tdk_} and 43 characters. */
  public static Secret fresh(String prefix) {
    return new Secret(prefix + random(32));
  }

  /** A new id that cannot be guessed, such as {@code ses_} and 22 characters. */
  public static String id(String prefix) {
    return prefix + random(16);
  }

  /** Returns the text if it can be an id. Otherwise throws a Refusal: not found. */
  public static String checkedId(String text) {
    if (!text.matches("[A-Za-z0-9_-]{1,64}")) {
      throw new Refusal(Code.NOT_FOUND, "nothing here has that id");
    }
    return text;
  }

  /** The stored hash of a secret: 43 characters. */
  public static String hash(Secret token) {
    return hash(token.reveal());
  }

  /** SHA-256 of the text, in 43 characters. */
  public static String hash(String text) {
    try {
      return BASE64.encodeToString(
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Derives the successor of a secret: the same each time, known to the holder of the key. */
  public static Secret after(Secret token, Secret key, String prefix) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.reveal().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      byte[] next = mac.doFinal(token.reveal().getBytes(StandardCharsets.UTF_8));
      return new Secret(prefix + BASE64.encodeToString(next));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  private static String random(int bytes) {
    byte[] random = new byte[bytes];
    RANDOM.nextBytes(random);
    return BASE64.encodeToString(random);
  }
}
