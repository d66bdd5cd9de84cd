package io.tapedeck.gateway;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.Code;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionState.Kind;
import io.tapedeck.core.Ledger;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Text;
import io.tapedeck.http.EventStream;
import io.tapedeck.http.Exchange;
import io.tapedeck.http.Reply;
import io.tapedeck.http.Router;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Changes of an account's own conversions, as server-sent events. Each event {@code conversion}
 * contains the whole document at the time of sending. A client that missed an event therefore loses
 * nothing once the next event arrives. The same document may come twice.
 *
 * <p>A new stream begins with all conversions that have not ended. The id of an event is a time. A
 * client that sends this id as Last-Event-ID gets all later changes, and deleted conversions as
 * {@code expired}. It also gets some earlier changes again, so that no change is lost.
 *
 * <p>A stream ends when its session does: the token is verified again before anything is sent, and
 * every {@link AccessCheck#VERIFIED_AGAIN}.
 */
final class LiveEvents {
  private static final Duration RETRY = Duration.ofSeconds(3);

  /** Several machines and threads write and report changes. The longest delay is this. */
  private static final Duration OVERLAP = Duration.ofSeconds(5);

  /** After this many heartbeats without a change the ledger is read: a notice may be lost. */
  private static final int QUIET_BEATS = 4;

  private static final int PAGE = 200;
  private static final int REMEMBERED = 16;

  private final AccessCheck access;
  private final Ledger ledger;
  private final ChangeFeed changes;
  private final Addresses addresses;
  private final GatewaySettings settings;
  private final Clock clock;

  LiveEvents(
      AccessCheck access,
      Ledger ledger,
      ChangeFeed changes,
      Addresses addresses,
      GatewaySettings settings,
      Clock clock) {
    this.access = access;
    this.ledger = ledger;
    this.changes = changes;
    this.addresses = addresses;
    this.settings = settings;
    this.clock = clock;
  }

  void routes(Router router) {
    router.on("GET", "/v1/events", this::open);
  }

  private Reply open(Exchange exchange) {
    AccountId account = access.account(exchange);
    access.refuseWhileClosing();
    if (changes.count(account) >= settings.uploads().quota().streams()) {
      throw new Refusal(
          Code.RATE_LIMITED,
          "an account may have " + settings.uploads().quota().streams() + " event streams",
          settings.heartbeat());
    }
    Optional<Instant> since =
        exchange
            .header("Last-Event-ID")
            .or(() -> exchange.query("lastEventId"))
            .map(LiveEvents::moment);
    String origin = addresses.origin(exchange);
    return EventStream.reply(
        exchange,
        stream -> {
          try (ChangeFeed.Box box = changes.open(account)) {
            new Stream(exchange, stream, account, origin, since.orElse(clock.instant()))
                .run(box, since.isEmpty());
          }
        });
  }

  private static Instant moment(String id) {
    if (!id.matches("\\d{1,14}")) {
      throw new Refusal(Code.BAD_REQUEST, "Last-Event-ID is none of ours: " + Text.shown(id));
    }
    return Instant.ofEpochMilli(Long.parseLong(id));
  }

  /** One open stream. */
  private final class Stream {
    private final Exchange exchange;
    private final EventStream stream;
    private final AccountId account;
    private final String origin;
    private Instant seen;

    /** The conversions sent last, so that the overlap does not repeat them. */
    private final Map<ConversionId, Conversion> lately =
        new LinkedHashMap<>() {
          @Override
          protected boolean removeEldestEntry(Map.Entry<ConversionId, Conversion> eldest) {
            return size() > REMEMBERED;
          }
        };

    Stream(Exchange exchange, EventStream stream, AccountId account, String origin, Instant seen) {
      this.exchange = exchange;
      this.stream = stream;
      this.account = account;
      this.origin = origin;
      this.seen = seen;
    }

    void run(ChangeFeed.Box box, boolean fresh) throws IOException {
      stream.retry(RETRY);
      if (fresh) {
        snapshot();
      } else {
        replay();
      }
      long start = System.nanoTime();
      Duration step = AccessCheck.VERIFIED_AGAIN;
      step = settings.heartbeat().compareTo(step) < 0 ? settings.heartbeat() : step;
      Duration silent = Duration.ZERO;
      int quiet = 0;
      while (System.nanoTime() - start < settings.streamAge().toNanos()) {
        ChangeFeed.Found found = box.take(step);
        if (!access.isStillGood(exchange)) {
          return;
        }
        silent = found instanceof ChangeFeed.Found.Nothing ? silent.plus(step) : Duration.ZERO;
        switch (found) {
          case ChangeFeed.Found.Changes(List<ConversionId> changed) -> {
            for (ConversionId id : changed) {
              send(ledger.find(id));
            }
          }
          case ChangeFeed.Found.TooMuch tooMuch -> replay();
          case ChangeFeed.Found.Nothing nothing -> {
            if (silent.compareTo(settings.heartbeat()) < 0) {
              continue;
            }
            silent = Duration.ZERO;
            stream.comment("still here");
            quiet++;
            if (quiet % QUIET_BEATS == 0) {
              replay();
            }
          }
          case ChangeFeed.Found.Closed closed -> {
            return;
          }
        }
      }
    }

    private void snapshot() throws IOException {
      var open = EnumSet.of(Kind.QUEUED, Kind.CONVERTING);
      List<Conversion> page = ledger.list(account, new Ledger.Page(null, open, null, PAGE));
      while (!page.isEmpty()) {
        for (Conversion conversion : page) {
          send(Optional.of(conversion));
        }
        page =
            page.size() < PAGE
                ? List.of()
                : ledger.list(account, new Ledger.Page(page.getLast().id(), open, null, PAGE));
      }
    }

    private void replay() throws IOException {
      Instant from = seen.minus(OVERLAP);
      int limit = PAGE;
      while (true) {
        List<Conversion> changes = ledger.changedSince(account, from, limit);
        for (Conversion conversion : changes) {
          send(Optional.of(conversion));
        }
        if (changes.size() < limit) {
          return;
        }
        Instant last = changes.getLast().changedAt();
        // A full page has one timestamp: raise the limit, or the next page would be the same.
        limit = last.equals(from) ? limit * 2 : PAGE;
        from = last;
      }
    }

    private void send(Optional<Conversion> found) throws IOException {
      if (found.isPresent() && !found.get().equals(lately.get(found.get().id()))) {
        Conversion conversion = found.get();
        lately.put(conversion.id(), conversion);
        if (conversion.changedAt().isAfter(seen)) {
          seen = conversion.changedAt();
        }
        stream.event(
            "conversion",
            String.valueOf(seen.toEpochMilli()),
            ConversionDocument.of(conversion, origin));
      }
    }
  }
}
