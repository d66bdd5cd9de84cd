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
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Downloads of MP3s, whole or in ranges, for the owner or for anyone who has a signed link. */
final class Downloads {
  private final AccessCheck access;
  private final Ledger ledger;
  private final BlobStore store;
  private final SignedLinks links;
  private final Addresses addresses;
  private final GatewaySettings settings;
  private final Clock clock;

  Downloads(
      AccessCheck access,
      Ledger ledger,
      BlobStore store,
      SignedLinks links,
      Addresses addresses,
      GatewaySettings settings,
      Clock clock) {
    this.access = access;
    this.ledger = ledger;
    this.store = store;
    this.links = links;
    this.addresses = addresses;
    this.settings = settings;
    this.clock = clock;
  }

  void routes(Router router) {
    router
        .on("GET", "/v1/conversions/{id}/mp3", this::mp3)
        .on("POST", "/v1/conversions/{id}/links", this::link)
        .on("GET", "/download", this::tutorial);
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
      links.check(conversion.id(), exchange.query("expires").orElse(""), signature.get());
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

  private Mp3 ready(Conversion conversion) {
    if (!(conversion.state() instanceof ConversionState.Ready(Mp3 mp3))) {
      String state = conversion.state().kind().wire();
      throw new Refusal(Code.NOT_FOUND, "the conversion is " + state + ", and has no MP3");
    }
    if (store.size(mp3.blob()).isEmpty()) {
      throw new Refusal(Code.NOT_FOUND, "the MP3 has just been deleted");
    }
    return mp3;
  }

  /** The body of a request for a link: for how many seconds the link works. */
  record LinkWish(@Nullable Long seconds) {}

  /** A link that works for anybody. */
  record Link(String url, Instant expiresAt) {}

  private Reply link(Exchange exchange) throws IOException {
    Conversion conversion =
        Conversions.owned(ledger, exchange.path("id"), access.creator(exchange));
    ready(conversion);
    Duration wanted = settings.links().byDefault();
    if (exchange.contentLength() != 0) {
      wanted = wanted(exchange.json(LinkWish.class)).orElse(wanted);
    }
    Instant until = Instant.ofEpochSecond(clock.instant().plus(wanted).getEpochSecond());
    String url = addresses.origin(exchange) + links.path(conversion.id(), until);
    return Reply.json(201, new Link(url, until)).header("Cache-Control", "no-store");
  }

  private Optional<Duration> wanted(LinkWish wish) {
    if (wish.seconds() == null) {
      return Optional.empty();
    }
    long most = settings.links().longest().toSeconds();
    long seconds = wish.seconds();
    if (seconds < 1 || seconds > most) {
      throw new Refusal(
          Code.INVALID_OPTION, "seconds is a number from 1 to " + most + ", not " + seconds);
    }
    return Optional.of(Duration.ofSeconds(seconds));
  }
}
