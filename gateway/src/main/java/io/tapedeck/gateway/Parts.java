package io.tapedeck.gateway;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.BlobStore;
import io.tapedeck.core.Code;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.Refusal;
import io.tapedeck.http.Exchange;
import io.tapedeck.http.Trace;
import io.tapedeck.uploads.Admission;
import io.tapedeck.uploads.OpenUploads;
import io.tapedeck.uploads.Upload;
import io.tapedeck.uploads.UploadId;
import io.tapedeck.uploads.UploadLocks;
import io.tapedeck.uploads.UploadTable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Writes one part of an upload into the store. If the connection breaks, the received bytes are
 * kept. A part with a checksum is the exception: only the whole part can match the checksum.
 */
final class Parts {
  private final AccessCheck access;
  private final UploadTable table;
  private final OpenUploads uploads;
  private final UploadLocks locks;
  private final Admission admission;
  private final BlobStore store;
  private final long longest;
  private final Duration expiry;
  private final Clock clock;

  Parts(
      AccessCheck access,
      UploadTable table,
      OpenUploads uploads,
      UploadLocks locks,
      Admission admission,
      BlobStore store,
      GatewaySettings settings,
      Clock clock) {
    this.access = access;
    this.table = table;
    this.uploads = uploads;
    this.locks = locks;
    this.admission = admission;
    this.store = store;
    this.longest = settings.uploads().largestFile();
    this.expiry = settings.keeping().openUpload();
    this.clock = clock;
  }

  /**
   * The progress of an upload after a part.
   *
   * @param conversion the conversion that the last byte created
   */
  record Written(long offset, Instant expiresAt, Optional<ConversionId> conversion) {}

  /**
   * The account's upload.
   *
   * @throws Refusal {@link Code#NOT_FOUND} or {@link Code#UPLOAD_EXPIRED}
   */
  Upload owned(UploadId id, AccountId account) {
    Upload upload =
        table
            .find(id)
            .filter(found -> found.owner().equals(account))
            .orElseThrow(() -> new Refusal(Code.NOT_FOUND, "no upload " + id));
    if (!upload.finished() && !upload.expiresAt().isAfter(clock.instant())) {
      throw new Refusal(
          Code.UPLOAD_EXPIRED, "it got no bytes for too long, until " + upload.expiresAt());
    }
    return upload;
  }

  /**
   * Writes the part that a request contains.
   *
   * @param at the offset at which the client believes that the part begins
   * @throws Refusal {@link Code#CONFLICT} when the offset is wrong, {@link Code#CHECKSUM_MISMATCH},
   *     {@link Code#TOO_LARGE}, {@link Code#UNAUTHENTICATED} when the session or the account ended
   *     meanwhile, or a code of {@link #owned}
   * @throws IOException when the client disconnected; received bytes without a checksum are kept
   */
  Written write(UploadId id, AccountId account, long at, Exchange exchange) throws IOException {
    Optional<Tus.Checksum> checksum = Tus.checksum(exchange);
    try (UploadLocks.Lock lock = locks.take(id, exchange::hangUp)) {
      Upload found = owned(id, account);
      long offset = uploads.offset(found);
      if (at != offset) {
        throw new Refusal(Code.CONFLICT, "the upload is at " + offset + ", not at " + at);
      }
      Upload upload = lengthened(found, offset, exchange);
      refuseBeyondEnd(upload, at, exchange.contentLength());
      if (upload.complete(offset)) {
        ConversionId done = upload.finished() ? id.conversion() : uploads.finishWhole(upload);
        return new Written(offset, upload.expiresAt(), Optional.of(done));
      }
      try (BlobStore.Draft draft = store.draft(upload.blob())) {
        if (draft.size() > at) {
          // Bytes behind the offset are of a part whose checksum never matched.
          draft.truncate(at);
        }
        return checksum.isPresent()
            ? checked(upload, draft, lock, checksum.get(), exchange)
            : unchecked(upload, draft, exchange);
      }
    }
  }

  private Upload lengthened(Upload upload, long offset, Exchange exchange) {
    OptionalLong declared = Tus.bytes(exchange, "Upload-Length");
    if (declared.isEmpty() || declared.equals(upload.length())) {
      return upload;
    }
    if (upload.length().isPresent()) {
      throw new Refusal(
          Code.BAD_REQUEST, "the length was said to be " + upload.length().getAsLong());
    }
    if (declared.getAsLong() < offset) {
      throw new Refusal(Code.BAD_REQUEST, "there are more bytes already: " + offset);
    }
    admission.declare(upload, declared.getAsLong());
    return upload.withLength(declared.getAsLong());
  }

  private static void refuseBeyondEnd(Upload upload, long at, long part) {
    if (upload.length().isPresent() && part > upload.length().getAsLong() - at) {
      throw new Refusal(
          Code.TOO_LARGE,
          "the part has "
              + part
              + " bytes, and the upload ends after "
              + (upload.length().getAsLong() - at));
    }
  }

  /** Writes a part without a checksum. Its bytes count as they arrive. */
  private Written unchecked(Upload upload, BlobStore.Draft draft, Exchange exchange)
      throws IOException {
    long at = draft.size();
    table.uncheck(upload.id());
    Admission.Recorder recorder = (received, end) -> table.receive(upload.id(), received, end);
    try (Admission.Incoming incoming = admission.part(upload, at, recorder)) {
      append(upload, draft, exchange, piece -> incoming.received(piece.remaining()));
    } catch (IOException | RuntimeException e) {
      keep(upload, draft.size(), end(upload, at, draft.size()));
      throw e;
    }
    return ended(upload, at, draft, exchange);
  }

  /** Writes a part with a checksum. Its bytes count when the checksum of the whole part matches. */
  private Written checked(
      Upload upload,
      BlobStore.Draft draft,
      UploadLocks.Lock lock,
      Tus.Checksum checksum,
      Exchange exchange)
      throws IOException {
    long at = draft.size();
    String part = Trace.fresh();
    lock.checkedFrom(at);
    table.check(upload.id(), at, part);
    Admission.Recorder recorder = (received, end) -> table.receive(upload.id(), at, end);
    try (Admission.Incoming incoming = admission.part(upload, at, recorder)) {
      append(
          upload,
          draft,
          exchange,
          piece -> {
            incoming.received(piece.remaining());
            checksum.digest().update(piece);
          });
      if (!checksum.fits()) {
        throw new Refusal(
            Code.CHECKSUM_MISMATCH, "the bytes from " + at + " on are not those that were sent");
      }
    } catch (IOException | RuntimeException e) {
      long came = draft.size();
      cutBack(draft, at, e);
      keep(upload, at, end(upload, at, came));
      throw e;
    }
    table.met(upload.id(), part);
    return ended(upload, at, draft, exchange);
  }

  private Written ended(Upload upload, long at, BlobStore.Draft draft, Exchange exchange) {
    long now = draft.size();
    Instant expiresAt = end(upload, at, now);
    if (upload.complete(now)) {
      ConversionId conversion = uploads.finish(upload, draft);
      // The account may have been removed between the last check and the creation.
      access.requireStillGood(exchange, () -> uploads.withdraw(upload));
      return new Written(now, expiresAt, Optional.of(conversion));
    }
    keep(upload, now, expiresAt);
    return new Written(now, expiresAt, Optional.empty());
  }

  /** Records the bytes that are kept; of an upload that was deleted meanwhile nothing is. */
  private void keep(Upload upload, long received, Instant expiresAt) {
    table.receive(upload.id(), received, expiresAt);
    if (table.find(upload.id()).isEmpty()) {
      store.discard(upload.blob());
    }
  }

  /** When the upload expires after a part: only bytes make it live longer. */
  private Instant end(Upload upload, long from, long to) {
    return to > from ? clock.instant().plus(expiry) : upload.expiresAt();
  }

  private static void cutBack(BlobStore.Draft draft, long to, Exception why) {
    try {
      draft.truncate(Math.min(to, draft.size()));
    } catch (RuntimeException e) {
      // A newer writer has the draft, or the disk failed. Bytes behind the checked offset do not
      // count, and the next part truncates them.
      why.addSuppressed(e);
    }
  }

  private void append(
      Upload upload, BlobStore.Draft draft, Exchange exchange, ObservedChannel.Observer seen)
      throws IOException {
    long at = draft.size();
    long room = upload.length().orElse(longest) - at;
    draft.append(new ObservedChannel(exchange.body(), seen.and(access.watch(exchange))), room);
    boolean full = draft.size() - at == room;
    if (full && exchange.contentLength() < 0 && exchange.body().read(ByteBuffer.allocate(1)) > 0) {
      draft.truncate(at);
      throw new Refusal(Code.TOO_LARGE, "the part goes on behind the end of the upload");
    }
    if (full) {
      access.requireStillGood(exchange, () -> {});
    }
  }
}
