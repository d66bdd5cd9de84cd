package io.tapedeck.gateway;

import io.tapedeck.core.Code;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Links to one MP3 that work without signing in until they expire. The query contains the expiry
 * time and an HMAC-SHA-256 over that time and the conversion's id.
 */
public final class SignedLinks {
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private final SecretKeySpec key;
  private final Clock clock;

  public SignedLinks(Secret key, Clock clock) {
    this.key = new SecretKeySpec(key.reveal().getBytes(StandardCharsets.UTF_8), "HmacSHA256");
    this.clock = clock;
  }

  /** Path and query of a link that works until the given time, in whole seconds. */
  public String path(ConversionId id, Instant until) {
    long expires = until.getEpochSecond();
    return "/v1/conversions/"
        + id
        + "/mp3?expires="
        + expires
        + "&signature="
        + signature(id, expires);
  }

  /**
   * Checks a link.
   *
   * @throws Refusal {@link Code#LINK_EXPIRED} when the link has expired or its signature is wrong
   */
  void check(ConversionId id, String expires, String signature) {
    long until = expires.matches("\\d{1,12}") ? Long.parseLong(expires) : 0;
    boolean genuine =
        MessageDigest.isEqual(
            signature(id, until).getBytes(StandardCharsets.UTF_8),
            signature.getBytes(StandardCharsets.UTF_8));
    if (!genuine) {
      throw new Refusal(Code.LINK_EXPIRED, "the signature does not fit the link");
    }
    if (clock.instant().getEpochSecond() > until) {
      throw new Refusal(Code.LINK_EXPIRED, "the link worked until " + Instant.ofEpochSecond(until));
    }
  }

  private String signature(ConversionId id, long expires) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      byte[] signed = mac.doFinal(("mp3\n" + id + "\n" + expires).getBytes(StandardCharsets.UTF_8));
      return BASE64.encodeToString(signed);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }
}
