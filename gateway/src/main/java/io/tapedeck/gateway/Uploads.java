package io.tapedeck.gateway;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.BlobId;
import io.tapedeck.core.BlobStore;
import io.tapedeck.core.Code;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Text;
import io.tapedeck.core.Video;
import io.tapedeck.http.Exchange;
import io.tapedeck.http.Json;
import io.tapedeck.http.Multipart;
import io.tapedeck.http.Reply;
import io.tapedeck.http.Router;
import io.tapedeck.uploads.Admission;
import io.tapedeck.uploads.IdempotencyKeys;
import io.tapedeck.uploads.Submissions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Uploads of a video in one request: a form with a {@code file} and options. The bytes go directly
 * into the store. An incomplete upload is deleted.
 */
final class Uploads {
  private static final int LONGEST_FIELD = 1000;
  private static final int PIECE = 1 << 16;
  private static final Duration RENEWAL = IdempotencyKeys.LEASE.dividedBy(3);

  private final AccessCheck access;
  private final Admission admission;
  private final IdempotencyKeys keys;
  private final Submissions submissions;
  private final Addresses addresses;
  private final Clock clock;

  Uploads(
      AccessCheck access,
      Admission admission,
      IdempotencyKeys keys,
      Submissions submissions,
      Addresses addresses,
      Clock clock) {
    this.access = access;
    this.admission = admission;
    this.keys = keys;
    this.submissions = submissions;
    this.addresses = addresses;
    this.clock = clock;
  }

  void routes(Router router) {
    router.on("POST", "/v1/conversions", this::create).on("POST", "/upload", this::tutorial);
  }

  private Reply create(Exchange exchange) throws IOException {
    AccountId account = access.creator(exchange);
    Accepted accepted = receive(exchange, account);
    Reply reply =
        Reply.bytes(
                202,
                "application/json",
                accepted.answer().getBytes(java.nio.charset.StandardCharsets.UTF_8))
            .header("Location", addresses.conversion(exchange, accepted.id()));
    return accepted.replayed() ? reply.header("Idempotent-Replayed", "true") : reply;
  }

  /** The upload address of the well-known tutorial, whose client expects the answer "success!". */
  private Reply tutorial(Exchange exchange) throws IOException {
    Accepted accepted = receive(exchange, access.creator(exchange));
    return Reply.json(Map.of("message", "success!", "fid", accepted.id().value()))
        .header("Location", addresses.conversion(exchange, accepted.id()));
  }

  /**
   * The answer, new or replayed.
   *
   * @param sha256 of the file, if it was read for an Idempotency-Key
   */
  private record Accepted(
      ConversionId id, String answer, Optional<String> sha256, boolean replayed) {}

  /** The SHA-256 of a file that is not stored. */
  private static String digest(Form form) throws IOException {
    MessageDigest sha256 = sha256();
    ByteBuffer piece = ByteBuffer.allocate(PIECE);
    while (form.file().read(piece) >= 0) {
      sha256.update(piece.flip());
      piece.clear();
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private Accepted receive(Exchange exchange, AccountId account) throws IOException {
    Optional<String> key = IdempotencyKeys.checked(exchange.header("Idempotency-Key"));
    long length = exchange.contentLength();
    try (Admission.Incoming incoming =
        admission.admit(account, length < 0 ? OptionalLong.empty() : OptionalLong.of(length))) {
      Form form = Form.open(exchange.multipart());
      ConversionId fresh = ConversionId.at(clock.instant());
      if (key.isEmpty()) {
        return store(exchange, account, incoming, form, fresh, null);
      }
      String fingerprint =
          IdempotencyKeys.fingerprint(
              "POST", "/v1/conversions", "" + length, form.name(), form.fields().toString());
      return switch (keys.claim(account, key.get(), fingerprint, fresh)) {
        case IdempotencyKeys.Claim.Done done -> {
          done.requireSame(digest(form));
          yield new Accepted(done.conversion(), done.answer(), Optional.empty(), true);
        }
        case IdempotencyKeys.Claim.Work(IdempotencyKeys.Key claimed, ConversionId id) ->
            withKey(exchange, account, incoming, form, id, claimed);
      };
    }
  }

  private Accepted withKey(
      Exchange exchange,
      AccountId account,
      Admission.Incoming incoming,
      Form form,
      ConversionId id,
      IdempotencyKeys.Key key)
      throws IOException {
    try {
      Optional<Conversion> earlier = submissions.find(id);
      Accepted accepted =
          earlier.isPresent()
              ? new Accepted(id, answer(exchange, earlier.get()), Optional.empty(), true)
              : store(exchange, account, incoming, form, id, key);
      keys.answer(key, accepted.answer(), accepted.sha256());
      return accepted;
    } catch (Refusal e) {
      keys.forget(key);
      throw e;
    } catch (IOException | RuntimeException e) {
      keys.letGo(key);
      throw e;
    }
  }

  private Accepted store(
      Exchange exchange,
      AccountId account,
      Admission.Incoming incoming,
      Form form,
      ConversionId id,
      IdempotencyKeys.@Nullable Key key)
      throws IOException {
    BlobId blob = BlobId.video(id);
    Lifeline lifeline = new Lifeline(key);
    Optional<MessageDigest> sha256 = Optional.ofNullable(key).map(known -> sha256());
    boolean whole = false;
    try (BlobStore.Draft draft = submissions.store().draft(blob)) {
      // An earlier try that ended in a crash may have left bytes.
      draft.truncate(0);
      ObservedChannel.Observer seen =
          piece -> {
            incoming.received(piece.remaining());
            sha256.ifPresent(digest -> digest.update(piece));
            lifeline.renew();
          };
      draft.append(
          new ObservedChannel(form.file(), seen.and(access.watch(exchange))), Long.MAX_VALUE);
      ConversionOptions options = form.rest();
      if (draft.size() == 0) {
        throw new Refusal(Code.EMPTY_FILE, Text.shown(form.name()) + " has no bytes");
      }
      access.requireStillGood(exchange, () -> {});
      whole = true;
      Video video = new Video(form.name(), draft.size(), blob);
      Conversion conversion = submissions.accept(draft, id, account, video, options);
      // The account may have been removed between the last check and the creation.
      access.requireStillGood(exchange, () -> submissions.remove(conversion));
      return new Accepted(
          id,
          answer(exchange, conversion),
          sha256.map(digest -> HexFormat.of().formatHex(digest.digest())),
          false);
    } finally {
      if (!whole && lifeline.held()) {
        submissions.store().discard(blob);
      }
    }
  }

  private String answer(Exchange exchange, Conversion conversion) {
    return Json.text(ConversionDocument.of(conversion, addresses.origin(exchange)));
  }

  /** Renews the lease of a key while bytes arrive. */
  private final class Lifeline {
    private final IdempotencyKeys.@Nullable Key key;
    private Instant renewed = clock.instant();
    private boolean held = true;

    Lifeline(IdempotencyKeys.@Nullable Key key) {
      this.key = key;
    }

    void renew() {
      Instant now = clock.instant();
      if (key != null && now.isAfter(renewed.plus(RENEWAL))) {
        held = keys.renew(key);
        renewed = now;
      }
    }

    /** Whether this request still holds the key. */
    boolean held() {
      return held && (key == null || keys.renew(key));
    }
  }

  /** A form, read up to its file. */
  private record Form(
      Multipart parts, Multipart.Part file, String name, Map<String, String> fields) {
    static Form open(Multipart parts) throws IOException {
      Map<String, String> fields = new LinkedHashMap<>();
      Optional<Multipart.Part> part = parts.next();
      while (part.isPresent() && part.get().fileName().isEmpty()) {
        note(part.get(), fields);
        part = parts.next();
      }
      if (part.isEmpty()) {
        throw new Refusal(
            Code.BAD_REQUEST, "the form has no file; send it as a part named \"file\" with a name");
      }
      OptionFields.read(fields);
      return new Form(parts, part.get(), FileNames.clean(part.get().fileName().get()), fields);
    }

    /** Reads the fields behind the file, and returns all options. */
    ConversionOptions rest() throws IOException {
      for (Optional<Multipart.Part> part = parts.next(); part.isPresent(); part = parts.next()) {
        if (part.get().fileName().isPresent()) {
          throw new Refusal(Code.BAD_REQUEST, "one file in one request; send others by themselves");
        }
        note(part.get(), fields);
      }
      return OptionFields.read(fields);
    }

    private static void note(Multipart.Part part, Map<String, String> fields) throws IOException {
      if (!OptionFields.NAMES.contains(part.name())) {
        throw new Refusal(
            Code.INVALID_OPTION,
            "there is no option "
                + Text.shown(part.name())
                + "; there are "
                + String.join(", ", OptionFields.NAMES));
      }
      fields.put(part.name(), part.text(LONGEST_FIELD));
    }
  }
}
