package io.tapedeck.gateway;

import static io.tapedeck.gateway.AccessCheck.VERIFIED_AGAIN;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.BlobStore;
import io.tapedeck.core.Code;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionState;
import io.tapedeck.core.ConversionState.Kind;
import io.tapedeck.core.Event;
import io.tapedeck.core.EventBus;
import io.tapedeck.core.Ledger;
import io.tapedeck.core.Move;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Text;
import io.tapedeck.http.Exchange;
import io.tapedeck.http.Reply;
import io.tapedeck.http.Router;
import io.tapedeck.uploads.Admission;
import io.tapedeck.uploads.Submissions;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An account's own conversions: list, read, wait for, retry, cancel and delete. */
final class Conversions {
  private static final int DEFAULT_PAGE = 50;
  private static final int LARGEST_PAGE = 100;
  private static final int LONGEST_SEARCH = 200;
  private static final int LONGEST_WAIT = 60;

  /** Positions in the queue behind this one are not computed: nobody needs them. */
  private static final int LONGEST_QUEUE = 100;

  private final AccessCheck access;
  private final Admission admission;
  private final Ledger ledger;
  private final BlobStore store;
  private final EventBus bus;
  private final Submissions submissions;
  private final ChangeFeed changes;
  private final Addresses addresses;

  Conversions(
      AccessCheck access,
      Admission admission,
      Ledger ledger,
      BlobStore store,
      EventBus bus,
      Submissions submissions,
      ChangeFeed changes,
      Addresses addresses) {
    this.access = access;
    this.admission = admission;
    this.ledger = ledger;
    this.store = store;
    this.bus = bus;
    this.submissions = submissions;
    this.changes = changes;
    this.addresses = addresses;
  }

  void routes(Router router) {
    router
        .on("GET", "/v1/conversions", this::list)
        .on("GET", "/v1/conversions/{id}", this::get)
        .on("DELETE", "/v1/conversions/{id}", this::delete)
        .on("POST", "/v1/conversions/{id}/retry", this::retry)
        .on("POST", "/v1/conversions/{id}/cancel", this::cancel);
  }

  /** A page of a list. {@code next} is the cursor of the next page, or null on the last page. */
  record ListPage(List<ConversionDocument> conversions, @Nullable String next) {}

  private Reply list(Exchange exchange) {
    AccountId account = access.account(exchange);
    int limit = number(exchange, "limit", DEFAULT_PAGE, 1, LARGEST_PAGE);
    String search =
        exchange.query("q").map(String::strip).filter(text -> !text.isEmpty()).orElse(null);
    if (search != null && search.length() > LONGEST_SEARCH) {
      throw new Refusal(Code.BAD_REQUEST, "q may have " + LONGEST_SEARCH + " characters");
    }
    ConversionId before = exchange.query("cursor").map(Conversions::cursor).orElse(null);
    List<Conversion> found =
        ledger.list(account, new Ledger.Page(before, states(exchange), search, limit + 1));
    boolean more = found.size() > limit;
    List<Conversion> shown = more ? found.subList(0, limit) : found;
    String origin = addresses.origin(exchange);
    return fresh(
        Reply.json(
            new ListPage(
                shown.stream()
                    .map(conversion -> ConversionDocument.of(conversion, origin))
                    .toList(),
                more ? shown.getLast().id().value() : null)));
  }

  private static ConversionId cursor(String text) {
    try {
      return new ConversionId(text);
    } catch (IllegalArgumentException e) {
      throw new Refusal(Code.BAD_REQUEST, "cursor is none of ours: " + Text.shown(text));
    }
  }

  private static Set<Kind> states(Exchange exchange) {
    Set<Kind> states = EnumSet.noneOf(Kind.class);
    for (String state : exchange.query("state").orElse("").split(",")) {
      try {
        if (!state.isBlank()) {
          states.add(Kind.of(state.strip()));
        }
      } catch (IllegalArgumentException e) {
        throw new Refusal(
            Code.BAD_REQUEST,
            "state is one or more of queued, converting, ready, failed, cancelled, expired; "
                + e.getMessage());
      }
    }
    return states;
  }

  private static int number(Exchange exchange, String name, int byDefault, int least, int most) {
    String text = exchange.query(name).orElse(String.valueOf(byDefault));
    int number = text.matches("\\d{1,6}") ? Integer.parseInt(text) : -1;
    if (number < least || number > most) {
      throw new Refusal(
          Code.BAD_REQUEST,
          name + " is a number from " + least + " to " + most + ", not " + Text.shown(text));
    }
    return number;
  }

  private Reply get(Exchange exchange) {
    AccountId account = access.account(exchange);
    int wait = number(exchange, "wait", 0, 0, LONGEST_WAIT);
    Conversion conversion = owned(exchange, account);
    if (wait > 0 && !conversion.state().kind().terminal()) {
      conversion = awaited(exchange, conversion, Duration.ofSeconds(wait));
    }
    return document(200, exchange, conversion);
  }

  /**
   * Returns when the conversion has ended, the time is over, or the server stops. A lost notice
   * delays the answer until the principal is verified again.
   */
  private Conversion awaited(Exchange exchange, Conversion waited, Duration patience) {
    long start = System.nanoTime();
    try (ChangeFeed.Box box = changes.open(waited.owner())) {
      Conversion now = again(waited);
      while (!now.state().kind().terminal()) {
        Duration left = patience.minusNanos(System.nanoTime() - start);
        Duration pause = left.compareTo(VERIFIED_AGAIN) < 0 ? left : VERIFIED_AGAIN;
        if (!left.isPositive() || box.take(pause) instanceof ChangeFeed.Found.Closed) {
          return now;
        }
        access.requireStillGood(exchange, () -> {});
        now = again(now);
      }
      return now;
    }
  }

  private Conversion again(Conversion conversion) {
    return ledger.find(conversion.id()).orElse(conversion);
  }

  private Reply retry(Exchange exchange) {
    Conversion conversion = owned(exchange, access.creator(exchange));
    if (conversion.state() instanceof ConversionState.Failed) {
      admission.admitAgain(conversion.owner());
    }
    return switch (ledger.retry(conversion.id())) {
      case Move.Done(Conversion queued) -> {
        submissions.queued(queued);
        yield document(202, exchange, queued);
      }
      case Move.Refused(Conversion now) ->
          throw wrongState(now, "only a failed one is tried again");
      case Move.Unknown unknown -> throw unknown(conversion.id().value());
    };
  }

  private Reply cancel(Exchange exchange) {
    Conversion conversion = owned(exchange, access.account(exchange));
    return switch (ledger.cancel(conversion.id())) {
      case Move.Done(Conversion cancelled) -> {
        stopped(cancelled);
        store.delete(cancelled.video().blob());
        yield document(200, exchange, cancelled);
      }
      case Move.Refused(Conversion now) -> {
        if (now.state().kind() != Kind.CANCELLED) {
          throw wrongState(now, "only one that has not ended is cancelled");
        }
        yield document(200, exchange, now);
      }
      case Move.Unknown unknown -> throw unknown(conversion.id().value());
    };
  }

  private Reply delete(Exchange exchange) {
    Conversion conversion = owned(exchange, access.account(exchange));
    submissions.remove(conversion);
    return Reply.nothing();
  }

  private void stopped(Conversion conversion) {
    bus.tell(new Event.Stopped(conversion.id(), conversion.owner()));
    bus.tell(new Event.Changed(conversion.id(), conversion.owner()));
  }

  private static Refusal wrongState(Conversion now, String rule) {
    return new Refusal(Code.WRONG_STATE, "it is " + now.state().kind().wire() + ", and " + rule);
  }

  private Reply document(int status, Exchange exchange, Conversion conversion) {
    ConversionDocument document = ConversionDocument.of(conversion, addresses.origin(exchange));
    if (conversion.state() instanceof ConversionState.Queued) {
      int ahead = ledger.ahead(conversion, LONGEST_QUEUE);
      document = ahead < LONGEST_QUEUE ? document.withQueuePosition(ahead + 1) : document;
    }
    return fresh(Reply.json(status, document))
        .header("Location", addresses.conversion(exchange, conversion.id()));
  }

  private static Reply fresh(Reply reply) {
    return reply.header("Cache-Control", "no-store");
  }

  private Conversion owned(Exchange exchange, AccountId account) {
    return owned(ledger, exchange.path("id"), account);
  }

  /**
   * The account's conversion with this id. A conversion of another account counts as not found.
   *
   * @throws Refusal {@link Code#NOT_FOUND}
   */
  static Conversion owned(Ledger ledger, String id, AccountId account) {
    return find(ledger, id)
        .filter(found -> found.owner().equals(account))
        .orElseThrow(() -> unknown(id));
  }

  static Optional<Conversion> find(Ledger ledger, String id) {
    try {
      return ledger.find(new ConversionId(id));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  static Refusal unknown(String id) {
    return new Refusal(Code.NOT_FOUND, "no conversion " + Text.shown(id));
  }
}
