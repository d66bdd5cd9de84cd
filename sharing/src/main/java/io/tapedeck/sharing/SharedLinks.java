package io.tapedeck.sharing;

import io.tapedeck.core.Code;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.Refusal;
import io.tapedeck.sql.Database;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The links to MP3s, in the database. A link is good while its row is there and its time is not
 * over. The addresses carry signatures, which are not stored: whoever reads the table cannot make
 * them.
 */
public final class SharedLinks {
  /** The most links of one conversion that work at once. */
  static final int MOST = 50;

  private static final SecureRandom RANDOM = new SecureRandom();

  private final Database database;
  private final SignedLinks signed;
  private final Clock clock;

  /** Brings the table up to date. */
  public SharedLinks(Database database, SignedLinks signed, Clock clock) {
    database.migrate("sharing");
    this.database = database;
    this.signed = signed;
    this.clock = clock;
  }

  /**
   * A link that works.
   *
   * @param id {@code lnk_} and 22 characters
   * @param expiresAt in whole seconds
   */
  public record SharedLink(
      String id, ConversionId conversion, Instant createdAt, Instant expiresAt) {}

  /**
   * Makes a link.
   *
   * @throws Refusal {@link Code#QUOTA_EXCEEDED} when the conversion has too many
   */
  public SharedLink create(ConversionId conversion, Instant until) {
    byte[] random = new byte[16];
    RANDOM.nextBytes(random);
    SharedLink link =
        new SharedLink(
            "lnk_" + Base64.getUrlEncoder().withoutPadding().encodeToString(random),
            conversion,
            Instant.ofEpochMilli(clock.millis()),
            Instant.ofEpochSecond(until.getEpochSecond()));
    database.write(handle -> {
      handle.execute("DELETE FROM shared_link WHERE expires_at < ?", clock.millis());
      int count =
          handle
              .select("SELECT COUNT(*) FROM shared_link WHERE conversion = ?", conversion.value())
              .mapTo(Integer.class)
              .one();
      if (count >= MOST) {
        throw new Refusal(
            Code.QUOTA_EXCEEDED, "it has " + MOST + " links that work; revoke one first");
      }
      return handle.execute(
          "INSERT INTO shared_link (id, conversion, created_at, expires_at) VALUES (?, ?, ?, ?)",
          link.id(),
          conversion.value(),
          link.createdAt().toEpochMilli(),
          link.expiresAt().toEpochMilli());
    });
    return link;
  }

  /** The links of a conversion that work, newest first. */
  public List<SharedLink> of(ConversionId conversion) {
    return database.read(handle ->
        handle
            .select(
                "SELECT * FROM shared_link WHERE conversion = ? AND expires_at >= ?"
                    + " ORDER BY created_at DESC, id",
                conversion.value(),
                clock.millis())
            .map((row, context) -> read(row))
            .list());
  }

  /** Ends a link. When the conversion has no such link, nothing happens. */
  public void revoke(ConversionId conversion, String id) {
    database.write(handle ->
        handle.execute(
            "DELETE FROM shared_link WHERE id = ? AND conversion = ?", id, conversion.value()));
  }

  /** Path and query of the MP3, for programs and players. */
  public String mp3Path(SharedLink link) {
    return signed.path(link.conversion(), link.expiresAt(), link.id());
  }

  /** Path of the page for people. */
  public String pagePath(SharedLink link) {
    return "/l/" + link.id() + "." + signed.ofPage(link.id());
  }

  /**
   * The link of a page's address.
   *
   * @param token what {@link #pagePath} has after {@code /l/}
   * @throws Refusal {@link Code#LINK_EXPIRED} when it does not work, or never did
   */
  public SharedLink opened(String token) {
    int dot = token.indexOf('.');
    String id = token.substring(0, Math.max(0, dot));
    if (!SignedLinks.same(signed.ofPage(id), token.substring(dot + 1))) {
      throw new Refusal(Code.LINK_EXPIRED, "the signature does not fit the link");
    }
    return working(id);
  }

  /**
   * Checks the query of an MP3's address.
   *
   * @param link empty for the links in e-mails to the owner, which cannot be revoked
   * @throws Refusal {@link Code#LINK_EXPIRED} when it does not work, or never did
   */
  public void check(ConversionId conversion, String expires, String link, String signature) {
    signed.check(conversion, expires, link, signature);
    if (!link.isEmpty() && !working(link).conversion().equals(conversion)) {
      throw new Refusal(Code.LINK_EXPIRED, "the link is that of another conversion");
    }
  }

  private SharedLink working(String id) {
    Optional<SharedLink> found =
        database.read(handle ->
            handle
                .select("SELECT * FROM shared_link WHERE id = ?", id)
                .map((row, context) -> read(row))
                .findOne());
    SharedLink link =
        found.orElseThrow(
            () -> new Refusal(Code.LINK_EXPIRED, "the link was revoked, or its time is over"));
    if (clock.instant().isAfter(link.expiresAt())) {
      throw new Refusal(Code.LINK_EXPIRED, "the link worked until " + link.expiresAt());
    }
    return link;
  }

  private static SharedLink read(ResultSet row) throws SQLException {
    return new SharedLink(
        row.getString("id"),
        new ConversionId(row.getString("conversion")),
        Instant.ofEpochMilli(row.getLong("created_at")),
        Instant.ofEpochMilli(row.getLong("expires_at")));
  }
}
