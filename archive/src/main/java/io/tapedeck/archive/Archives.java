package io.tapedeck.archive;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.BlobStore;
import io.tapedeck.core.Code;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionState;
import io.tapedeck.core.Ledger;
import io.tapedeck.core.Mp3;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Secret;
import io.tapedeck.http.Exchange;
import io.tapedeck.http.Ranged;
import io.tapedeck.http.Reply;
import io.tapedeck.http.Router;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The routes of an account's ready MP3s as one ZIP: what it would be, and its bytes. */
public final class Archives {
  /** The most MP3s in one archive; the newest. */
  private static final int MOST = 10_000;

  private static final int LONGEST_SEARCH = 200;

  private final Ledger ledger;
  private final BlobStore store;
  private final Callers callers;
  private final ArchiveLinks links;
  private final Checksums checksums;
  private final Duration linkLife;
  private final Clock clock;

  /**
   * What the archive asks of the gateway.
   *
   * @param account the account of a request's principal, or a refusal
   * @param origin the server's address as the client knows it, without a slash at the end
   * @param fileName the name of a conversion's MP3
   */
  public record Callers(
      Function<Exchange, AccountId> account,
      Function<Exchange, String> origin,
      Function<Conversion, String> fileName) {}

  /**
   * Nothing is opened; there is nothing to close.
   *
   * @param key signs the links; the same on all replicas
   * @param linkLife how long a link works
   */
  public Archives(
      Ledger ledger, BlobStore store, Callers callers, Secret key, Duration linkLife, Clock clock) {
    this.ledger = ledger;
    this.store = store;
    this.callers = callers;
    this.links = new ArchiveLinks(key, clock);
    this.checksums = new Checksums(store);
    this.linkLife = linkLife;
    this.clock = clock;
  }

  /** Adds the routes. */
  public void routes(Router router) {
    router.on("GET", "/v1/archive", this::describe).on("GET", "/v1/archive/zip", this::zip);
  }

  /**
   * What an archive would be now.
   *
   * @param size of the ZIP, in bytes
   * @param url a link to it that works without signing in
   */
  record Description(int conversions, long size, String url, Instant expiresAt) {}

  private Reply describe(Exchange exchange) {
    Selection now = all(exchange);
    List<Conversion> ready = ready(now);
    Instant until = Instant.ofEpochSecond(clock.instant().plus(linkLife).getEpochSecond());
    String url = callers.origin().apply(exchange) + "/v1/archive/zip?" + links.query(now, until);
    return Reply.json(200, new Description(ready.size(), archive(ready).length(), url, until))
        .header("Cache-Control", "no-store");
  }

  private Reply zip(Exchange exchange) {
    Optional<String> signature = exchange.query("signature");
    Selection selection =
        signature.map(text -> links.check(exchange, text)).orElseGet(() -> all(exchange));
    List<Conversion> ready = ready(selection);
    if (ready.isEmpty() && signature.isPresent()) {
      throw new Refusal(Code.NOT_FOUND, "the MP3s of this archive have been deleted");
    }
    StoredZip zip = archive(ready);
    LocalDate day = selection.by().atZone(ZoneOffset.UTC).toLocalDate();
    Reply reply =
        new Ranged("application/zip", zip.length(), '"' + zip.digest() + '"', zip::read)
            .reply(exchange)
            .header("Cache-Control", "private, no-cache");
    return reply.status() >= 300
        ? reply
        : reply.header("Content-Disposition", "attachment; filename=\"Tapedeck " + day + ".zip\"");
  }

  /** All that is ready now and has the searched text in its name. */
  private Selection all(Exchange exchange) {
    AccountId account = callers.account().apply(exchange);
    String search = exchange.query("q").map(String::strip).orElse("");
    if (search.length() > LONGEST_SEARCH) {
      throw new Refusal(Code.BAD_REQUEST, "q may have " + LONGEST_SEARCH + " characters");
    }
    return new Selection(account, clock.instant().truncatedTo(ChronoUnit.MILLIS), search);
  }

  private List<Conversion> ready(Selection selection) {
    String search = selection.search().isEmpty() ? null : selection.search();
    return ledger.readyBy(selection.account(), selection.by(), search, MOST).reversed();
  }

  private StoredZip archive(List<Conversion> oldestFirst) {
    MemberNames names = new MemberNames();
    List<ZipMember> members = new ArrayList<>();
    for (Conversion each : oldestFirst) {
      if (each.state() instanceof ConversionState.Ready(Mp3 mp3)) {
        String name = names.free(callers.fileName().apply(each));
        members.add(
            new ZipMember(name, mp3.size(), mp3.sha256(), each.createdAt(), new Stored(mp3)));
      }
    }
    return new StoredZip(members);
  }

  private final class Stored implements ZipMember.Content {
    private final Mp3 mp3;

    Stored(Mp3 mp3) {
      this.mp3 = mp3;
    }

    @Override
    public long crc32() throws IOException {
      return checksums.of(mp3);
    }

    @Override
    public void read(long offset, long length, WritableByteChannel to) throws IOException {
      store.read(mp3.blob(), offset, length, to);
    }
  }
}
