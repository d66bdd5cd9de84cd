package io.tapedeck.sharing;

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
 * The signatures of links to one MP3 that work without signing in until they expire. The query
 * contains the expiry time and an HMAC-SHA-256 over that time, the conversion's id and, for a link
 * that can be revoked, the link's id.
 */
public final class SignedLinks {
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  /** Characters: 132 bits. */
  private static final int PAGE_SIGNATURE = 22;

  private final SecretKeySpec key;
  private final Clock clock;

  public SignedLinks(Secret key, Clock clock) {
    this.key = new SecretKeySpec(key.reveal().getBytes(StandardCharsets.UTF_8), "HmacSHA256");
    this.clock = clock;
  }

  /** Path and query of a link for the owner's e-mails, until the given time in whole seconds. */
  public String path(ConversionId id, Instant until) {
    return path(id, until, "");
  }

  /** The same for a link that is in the table. */
  String path(ConversionId id, Instant until, String link) {
    long expires = until.getEpochSecond();
    return "/v1/conversions/"
        + id
        + "/mp3?expires="
        + expires
        + (link.isEmpty() ? "" : "&link=" + link)
        + "&signature="
        + signature(id, expires, link);
  }

  /** The signature in the address of a link's page. */
  String ofPage(String link) {
    return mac("page\n" + link).substring(0, PAGE_SIGNATURE);
  }

  /**
   * Checks a link.
   *
   * @throws Refusal {@link Code#LINK_EXPIRED} when the link has expired or its signature is wrong
   */
  public void check(ConversionId id, String expires, String link, String signature) {
    long until = expires.matches("\\d{1,12}") ? Long.parseLong(expires) : 0;
    if (!same(signature(id, until, link), signature)) {
      throw new Refusal(Code.LINK_EXPIRED, "the signature does not fit the link");
    }
    if (clock.instant().getEpochSecond() > until) {
      throw new Refusal(Code.LINK_EXPIRED, "the link worked until " + Instant.ofEpochSecond(until));
    }
  }

  /** Whether two signatures are the same, in a time that tells nothing about the difference. */
  static boolean same(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }

  private String signature(ConversionId id, long expires, String link) {
    return mac("mp3\n" + id + "\n" + expires + (link.isEmpty() ? "" : "\n" + link));
  }

  private String mac(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      byte[] signed = mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
      return BASE64.encodeToString(signed);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }
}
