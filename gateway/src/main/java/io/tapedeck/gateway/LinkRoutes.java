package io.tapedeck.gateway;

import io.tapedeck.core.Code;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.Ledger;
import io.tapedeck.core.Mp3;
import io.tapedeck.core.Refusal;
import io.tapedeck.http.Exchange;
import io.tapedeck.http.Reply;
import io.tapedeck.http.Router;
import io.tapedeck.sharing.ExpiredLinkPage;
import io.tapedeck.sharing.SharedLinks;
import io.tapedeck.sharing.SharedLinks.SharedLink;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Links to an MP3: their owner makes, lists and revokes them, and whoever has one opens a page. The
 * page learns the MP3's name, size and length, and nothing about the owner.
 */
final class LinkRoutes {
  private final AccessCheck access;
  private final Ledger ledger;
  private final Downloads downloads;
  private final SharedLinks links;
  private final PageFiles page;
  private final Addresses addresses;
  private final GatewaySettings settings;
  private final Clock clock;

  LinkRoutes(
      AccessCheck access,
      Ledger ledger,
      Downloads downloads,
      SharedLinks links,
      PageFiles page,
      Addresses addresses,
      GatewaySettings settings,
      Clock clock) {
    this.access = access;
    this.ledger = ledger;
    this.downloads = downloads;
    this.links = links;
    this.page = page;
    this.addresses = addresses;
    this.settings = settings;
    this.clock = clock;
  }

  void routes(Router router) {
    router
        .on("GET", "/v1/conversions/{id}/links", this::list)
        .on("POST", "/v1/conversions/{id}/links", this::create)
        .on("DELETE", "/v1/conversions/{id}/links/{link}", this::revoke)
        .on("GET", "/v1/shared/{token}", this::shared)
        .on("GET", "/l/{token}", this::open);
  }

  /** The body of a request for a link: for how many seconds the link works. */
  private record LinkWish(@Nullable Long seconds) {}

  /**
   * A link that works for anybody.
   *
   * @param url of the MP3, for programs
   * @param page for people
   */
  private record Link(String id, String url, String page, Instant createdAt, Instant expiresAt) {}

  private record LinkList(List<Link> links) {}

  /**
   * What the page of a link shows.
   *
   * @param expiresAt when the link or the MP3 ends, whichever is sooner
   */
  private record Shared(String name, long size, double duration, String url, Instant expiresAt) {}

  private Reply list(Exchange exchange) {
    Conversion conversion =
        Conversions.owned(ledger, exchange.path("id"), access.account(exchange));
    String origin = addresses.origin(exchange);
    return fresh(
        Reply.json(
            new LinkList(
                links.of(conversion.id()).stream().map(link -> document(link, origin)).toList())));
  }

  private Reply create(Exchange exchange) throws IOException {
    Conversion conversion =
        Conversions.owned(ledger, exchange.path("id"), access.creator(exchange));
    downloads.ready(conversion);
    Duration wanted = settings.links().byDefault();
    if (exchange.contentLength() != 0) {
      wanted = wanted(exchange.json(LinkWish.class)).orElse(wanted);
    }
    SharedLink link = links.create(conversion.id(), clock.instant().plus(wanted));
    return fresh(Reply.json(201, document(link, addresses.origin(exchange))));
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

  private Reply revoke(Exchange exchange) {
    Conversion conversion =
        Conversions.owned(ledger, exchange.path("id"), access.account(exchange));
    links.revoke(conversion.id(), exchange.path("link"));
    return Reply.nothing();
  }

  private Link document(SharedLink link, String origin) {
    return new Link(
        link.id(),
        origin + links.mp3Path(link),
        origin + links.pagePath(link),
        link.createdAt(),
        link.expiresAt());
  }

  /** The address that people open: a page for browsers, the MP3 for programs. */
  private Reply open(Exchange exchange) throws IOException {
    try {
      SharedLink link = links.opened(exchange.path("token"));
      downloads.ready(conversion(link));
      Optional<Reply> html =
          accepts(exchange) ? page.html(exchange, "link.html") : Optional.empty();
      return guarded(
          html.orElseGet(
              () -> Reply.of(302).header("Location", exchange.basePath() + links.mp3Path(link))));
    } catch (Refusal refusal) {
      if (ExpiredLinkPage.concerns(exchange, refusal)) {
        return guarded(ExpiredLinkPage.reply(exchange, refusal));
      }
      throw refusal;
    }
  }

  private static boolean accepts(Exchange exchange) {
    return exchange.header("Accept").orElse("").contains("text/html");
  }

  /** The address is a secret: no other site learns it, and no search engine keeps it. */
  private static Reply guarded(Reply reply) {
    return fresh(reply)
        .header("Referrer-Policy", "no-referrer")
        .header("X-Robots-Tag", "noindex")
        .header("Vary", "Accept");
  }

  private Reply shared(Exchange exchange) {
    SharedLink link = links.opened(exchange.path("token"));
    Conversion conversion = conversion(link);
    Mp3 mp3 = downloads.ready(conversion);
    Instant end =
        conversion.expiresAt().isBefore(link.expiresAt())
            ? conversion.expiresAt()
            : link.expiresAt();
    return fresh(
        Reply.json(
            new Shared(
                FileNames.mp3(conversion.video().name()),
                mp3.size(),
                OptionFields.seconds(mp3.duration()),
                addresses.origin(exchange) + links.mp3Path(link),
                end)));
  }

  private Conversion conversion(SharedLink link) {
    return ledger
        .find(link.conversion())
        .orElseThrow(() -> new Refusal(Code.NOT_FOUND, "the conversion is gone"));
  }

  private static Reply fresh(Reply reply) {
    boolean said = reply.headers().stream().anyMatch(each -> each.name().equals("Cache-Control"));
    return said ? reply : reply.header("Cache-Control", "no-store");
  }
}
