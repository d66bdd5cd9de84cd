package io.tapedeck.archive;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Secret;
import io.tapedeck.http.Exchange;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Queries of links to an archive, signed with HMAC-SHA-256. A download that a browser resumes hours
 * later works without a session, and over the same MP3s.
 */
final class ArchiveLinks {
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private final SecretKeySpec key;
  private final Clock clock;

  ArchiveLinks(Secret key, Clock clock) {
    this.key = new SecretKeySpec(key.reveal().getBytes(StandardCharsets.UTF_8), "HmacSHA256");
    this.clock = clock;
  }

  /** The query of a link that works until the given time, in whole seconds. */
  String query(Selection selection, Instant until) {
    long expires = until.getEpochSecond();
    return "account="
        + selection.account()
        + "&by="
        + selection.by().toEpochMilli()
        + "&q="
        + URLEncoder.encode(selection.search(), StandardCharsets.UTF_8)
        + "&expires="
        + expires
        + "&signature="
        + signature(selection, expires);
  }

  /**
   * What a link selects.
   *
   * @throws Refusal {@link Code#LINK_EXPIRED} when the link has expired or its signature is wrong
   */
  Selection check(Exchange exchange, String signature) {
    long until = number(exchange.query("expires").orElse(""));
    Selection selection = selection(exchange);
    boolean genuine =
        MessageDigest.isEqual(
            signature(selection, until).getBytes(StandardCharsets.UTF_8),
            signature.getBytes(StandardCharsets.UTF_8));
    if (!genuine) {
      throw new Refusal(Code.LINK_EXPIRED, "the signature does not fit the link");
    }
    if (clock.instant().getEpochSecond() > until) {
      throw new Refusal(Code.LINK_EXPIRED, "the link worked until " + Instant.ofEpochSecond(until));
    }
    return selection;
  }

  private static Selection selection(Exchange exchange) {
    try {
      return new Selection(
          new AccountId(exchange.query("account").orElse("")),
          Instant.ofEpochMilli(number(exchange.query("by").orElse(""))),
          exchange.query("q").orElse(""));
    } catch (IllegalArgumentException e) {
      throw new Refusal(Code.LINK_EXPIRED, "the signature does not fit the link");
    }
  }

  private static long number(String text) {
    return text.matches("\\d{1,15}") ? Long.parseLong(text) : 0;
  }

  private String signature(Selection selection, long expires) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      String signed =
          "archive\n%s\n%d\n%d\n%s"
              .formatted(
                  selection.account(), selection.by().toEpochMilli(), expires, selection.search());
      return BASE64.encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }
}
