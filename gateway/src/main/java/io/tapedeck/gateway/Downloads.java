package io.tapedeck.gateway;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.BlobStore;
import io.tapedeck.core.Code;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionState;
import io.tapedeck.core.Ledger;
import io.tapedeck.core.Mp3;
import io.tapedeck.core.Refusal;
import io.tapedeck.http.Exchange;
import io.tapedeck.http.Ranged;
import io.tapedeck.http.Reply;
import io.tapedeck.http.Router;
import io.tapedeck.sharing.ExpiredLinkPage;
import io.tapedeck.sharing.SharedLinks;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/** Downloads of MP3s, whole or in ranges, for the owner or for anyone who has a signed link. */
final class Downloads {
  private final AccessCheck access;
  private final Ledger ledger;
  private final BlobStore store;
  private final SharedLinks links;

  Downloads(AccessCheck access, Ledger ledger, BlobStore store, SharedLinks links) {
    this.access = access;
    this.ledger = ledger;
    this.store = store;
    this.links = links;
  }

  void routes(Router router) {
    router.on("GET", "/v1/conversions/{id}/mp3", this::mp3).on("GET", "/download", this::tutorial);
  }

  private Reply mp3(Exchange exchange) {
    String id = exchange.path("id");
    Optional<String> signature = exchange.query("signature");
    if (signature.isEmpty()) {
      return content(exchange, Conversions.owned(ledger, id, access.account(exchange)));
    }
    try {
      Conversion conversion =
          Conversions.find(ledger, id).orElseThrow(() -> Conversions.unknown(id));
      links.check(
          conversion.id(),
          exchange.query("expires").orElse(""),
          exchange.query("link").orElse(""),
          signature.get());
      return content(exchange, conversion);
    } catch (Refusal refusal) {
      if (ExpiredLinkPage.concerns(exchange, refusal)) {
        return ExpiredLinkPage.reply(exchange, refusal);
      }
      throw refusal;
    }
  }

  /** The download address that the client of the well-known tutorial uses. */
  private Reply tutorial(Exchange exchange) {
    AccountId account = access.account(exchange);
    String id =
        exchange.query("fid").orElseThrow(() -> new Refusal(Code.BAD_REQUEST, "fid is missing"));
    return content(exchange, Conversions.owned(ledger, id, account));
  }

  private Reply content(Exchange exchange, Conversion conversion) {
    Mp3 mp3 = ready(conversion);
    String digest = Base64.getEncoder().encodeToString(HexFormat.of().parseHex(mp3.sha256()));
    Reply reply =
        new Ranged(
                "audio/mpeg",
                mp3.size(),
                '"' + mp3.sha256() + '"',
                (offset, length, to) -> store.read(mp3.blob(), offset, length, to))
            .reply(exchange)
            .header("Cache-Control", "private, no-cache");
    return reply.status() >= 300
        ? reply
        : reply
            .header("Repr-Digest", "sha-256=:" + digest + ":")
            .header(
                "Content-Disposition",
                FileNames.attachment(FileNames.mp3(conversion.video().name())));
  }

  /**
   * The MP3 of a conversion that is Ready.
   *
   * @throws Refusal {@link Code#NOT_FOUND}
   */
  Mp3 ready(Conversion conversion) {
    if (!(conversion.state() instanceof ConversionState.Ready(Mp3 mp3))) {
      String state = conversion.state().kind().wire();
      throw new Refusal(Code.NOT_FOUND, "the conversion is " + state + ", and has no MP3");
    }
    if (store.size(mp3.blob()).isEmpty()) {
      throw new Refusal(Code.NOT_FOUND, "the MP3 has just been deleted");
    }
    return mp3;
  }
}
