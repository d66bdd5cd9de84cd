package io.tapedeck.converter;

import io.tapedeck.core.BlobId;
import io.tapedeck.core.BlobStore;
import io.tapedeck.core.Code;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionState;
import io.tapedeck.core.ConverterLedger;
import io.tapedeck.core.Event;
import io.tapedeck.core.EventBus;
import io.tapedeck.core.Lease;
import io.tapedeck.core.Move;
import io.tapedeck.core.Mp3;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Problem;
import io.tapedeck.core.Progress;
import io.tapedeck.core.Refusal;
import io.tapedeck.extraction.Extracted;
import io.tapedeck.extraction.Extraction;
import io.tapedeck.extraction.Extractor;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One attempt at one conversion, from its claim to its end; it lasts as long as its lease. */
final class Job {
  private static final Logger LOG = LoggerFactory.getLogger(Job.class);

  /** A conversion fails at this number of unforeseen errors. */
  static final int STRIKES = 3;

  private static final Duration MONTH = Duration.ofDays(30);

  /** No bus waits longer between two deliveries of one event. */
  private static final Duration EVENT_COMES_BY = Duration.ofMinutes(10);

  static final Problem CRASHED =
      new Problem(
          Code.CONVERTER_CRASHED,
          "an unforeseen error ended each of "
              + STRIKES
              + " attempts; the log of the converter tells more");

  private final ConverterSettings settings;
  private final Extractor extractor;
  private final ConverterLedger ledger;
  private final BlobStore blobs;
  private final EventBus bus;
  private final Conversion conversion;
  private final BlobId target;
  private final int threads;
  private final DiskSpace room;
  private volatile Lease lease;
  private @Nullable Stopped halt;
  private volatile @Nullable Fetching fetching;
  private volatile @Nullable Extraction extraction;
  private Progress written = Progress.NONE;
  private Instant writtenAt;
  private Instant renewAt;
  private volatile Instant movedAt;
  private long moved;
  private @Nullable Throwable trouble;

  Job(
      ConverterSettings settings,
      Extractor extractor,
      ConverterLedger ledger,
      BlobStore blobs,
      EventBus bus,
      DiskSpace room,
      Conversion conversion,
      Lease lease,
      int threads) {
    this.settings = settings;
    this.extractor = extractor;
    this.ledger = ledger;
    this.blobs = blobs;
    this.bus = bus;
    this.conversion = conversion;
    this.lease = lease;
    this.threads = threads;
    this.room = room;
    target = BlobId.mp3(conversion.id(), lease.attempt());
    writtenAt = extractor.clock().instant();
    renewAt = writtenAt.plus(settings.lease().dividedBy(4));
    movedAt = writtenAt;
  }

  ConversionId id() {
    return conversion.id();
  }

  /** Does the whole attempt; returns the verdict for the delivery. */
  EventBus.Verdict run() {
    tellChanged();
    try (Scratch scratch = Scratch.under(settings.scratch())) {
      refuseAboveQuota();
      // A store that keeps no files copies the video into the scratch folder.
      room.reserveCopy(id(), conversion.video().size());
      Path video = fetch(scratch).run(conversion.video().blob());
      Extracted made = begin(video).run(scratch.folder().resolve("out.mp3"));
      store(made);
      finish(made);
      return EventBus.Verdict.ACK;
    } catch (Stopped e) {
      return halted(e.why());
    } catch (Refusal e) {
      fail(e);
      return EventBus.Verdict.ACK;
    } catch (RuntimeException | Error e) {
      trouble = e;
      return giveBack(e);
    } finally {
      room.release(id());
    }
  }

  /** Our own fault that ended the attempt, if there was one: an Outage or an unforeseen error. */
  Optional<Throwable> trouble() {
    return Optional.ofNullable(trouble);
  }

  /** Asked also here: many may wait that were accepted before the first of them was converted. */
  private void refuseAboveQuota() {
    Duration most = settings.audioPerMonth().apply(conversion.owner());
    if (most.compareTo(ConverterSettings.NO_AUDIO_LIMIT) >= 0) {
      return;
    }
    Instant since = extractor.clock().instant().minus(MONTH);
    Duration converted = ledger.usage(conversion.owner(), since).converted();
    if (converted.compareTo(most) >= 0) {
      throw new Refusal(
          Code.QUOTA_EXCEEDED,
          converted.toMinutes()
              + " minutes were converted in the last 30 days; an account may have "
              + most.toMinutes());
    }
  }

  private synchronized Fetching fetch(Scratch scratch) {
    throwIfHalted();
    Fetching begun = new Fetching(blobs, scratch);
    fetching = begun;
    return begun;
  }

  private void throwIfHalted() {
    if (halt != null) {
      throw halt;
    }
  }

  private synchronized Extraction begin(Path video) {
    throwIfHalted();
    Extraction begun =
        extractor.of(video, conversion.options(), threads, bytes -> room.reserve(id(), bytes));
    extraction = begun;
    movedAt = extractor.clock().instant();
    return begun;
  }

  /** Stops the attempt at once. */
  synchronized void halt(Stopped.Why why) {
    if (halt == null) {
      halt = new Stopped(why);
    }
    if (fetching != null) {
      fetching.stop(halt);
    }
    if (extraction != null) {
      extraction.stop(halt);
    }
  }

  /**
   * Checks the attempt: is it stuck, does the lease need a renewal, is there progress to write
   * down? Only one thread at a time may call this.
   *
   * @return whether there is something to tell
   */
  boolean tick() {
    Instant now = extractor.clock().instant();
    Extraction running = extraction;
    Progress progress = running == null ? Progress.NONE : running.progress();
    endIfStuck(running, now);
    boolean news =
        progress.fraction() > written.fraction()
            && Duration.between(writtenAt, now).compareTo(settings.progressEvery()) >= 0;
    return (news || !now.isBefore(renewAt)) && renew(now, progress);
  }

  private boolean renew(Instant now, Progress progress) {
    writtenAt = now;
    renewAt = now.plus(settings.lease().dividedBy(8)); // try again soon if this fails
    switch (ledger.renew(lease, settings.lease(), progress)) {
      case Move.Done(Conversion renewed) -> {
        written = progress;
        renewAt = now.plus(settings.lease().dividedBy(4));
        if (renewed.state() instanceof ConversionState.Converting(Lease longer, var p)) {
          lease = longer;
        }
        return true;
      }
      case Move.Refused(Conversion other) -> halt(Stopped.Why.LOST);
      case Move.Unknown() -> halt(Stopped.Why.LOST);
    }
    return false;
  }

  /** If the extraction is stuck, the file is at fault; if the store is stuck, we are. */
  private void endIfStuck(@Nullable Extraction running, Instant now) {
    Fetching before = fetching;
    String stuck = "nothing moved for " + settings.stall().toSeconds() + " seconds";
    if (running != null) {
      if (isStuck(running.moved(), now)) {
        running.stop(new Refusal(Code.CONVERSION_STALLED, stuck));
      }
    } else if (before != null && isStuck(before.moved(), now)) {
      before.stop(new Outage("the video was on its way from the store; " + stuck, null));
    }
  }

  private boolean isStuck(long movedNow, Instant now) {
    if (movedNow != moved) {
      moved = movedNow;
      movedAt = now;
    }
    return Duration.between(movedAt, now).compareTo(settings.stall()) > 0;
  }

  private void store(Extracted made) {
    blobs.discard(target);
    try (BlobStore.Draft draft = blobs.draft(target);
        FileChannel from = FileChannel.open(made.file())) {
      long kept = draft.append(from, made.size());
      if (kept != made.size()) {
        throw new Outage("the MP3 was stored in part: " + kept + " of " + made.size(), null);
      }
      draft.publish();
    } catch (Refusal overtaken) {
      // The Janitor discards the drafts of freed leases.
      throw new Stopped(Stopped.Why.LOST);
    } catch (IOException e) {
      throw new Outage("the MP3 could not be read again: " + Outage.reason(e), e);
    }
  }

  private void finish(Extracted made) {
    Mp3 mp3 =
        new Mp3(
            target,
            made.size(),
            made.duration(),
            made.sha256(),
            made.crc32(),
            made.copied(),
            made.warnings());
    if (isMine(ledger.finish(lease, mp3))) {
      LOG.atInfo()
          .addKeyValue("conversion", id())
          .addKeyValue("duration", made.duration())
          .addKeyValue("bytes", made.size())
          .log("ready");
      publish(new Event.Mp3Ready(id()));
      tellChanged();
      if (!settings.keepVideos()) {
        blobs.delete(conversion.video().blob());
      }
    } else {
      LOG.atInfo()
          .addKeyValue("conversion", id())
          .addKeyValue("attempt", lease.attempt())
          .log("finished too late; its MP3 is deleted");
      clear();
    }
  }

  /** Whether the MP3 in the ledger is from this attempt; also true if it was finished before. */
  private boolean isMine(Move finished) {
    return switch (finished) {
      case Move.Done(Conversion ready) -> true;
      case Move.Refused(Conversion other) ->
          other.state() instanceof ConversionState.Ready(Mp3 named) && named.blob().equals(target);
      case Move.Unknown() -> false;
    };
  }

  private void fail(Refusal refusal) {
    clear();
    Problem problem =
        refusal.code() == Code.NOT_FOUND
            ? new Problem(Code.INTERNAL, "the video's bytes are not in the store any more")
            : refusal.problem();
    if (ledger.fail(lease, problem) instanceof Move.Done) {
      LOG.atInfo().addKeyValue("conversion", id()).addKeyValue("problem", problem).log("failed");
      publish(new Event.ConversionFailed(id()));
      tellChanged();
    }
  }

  private EventBus.Verdict halted(Stopped.Why why) {
    LOG.atInfo()
        .addKeyValue("conversion", id())
        .addKeyValue("why", why)
        .log("ended before its end");
    clear();
    if (why == Stopped.Why.CANCELLED) {
      deleteVideoOf(ledger.find(id()));
    }
    if (why == Stopped.Why.STOPPING && ledger.handBack(lease) instanceof Move.Done) {
      publish(new Event.VideoStored(id()));
      tellChanged();
    }
    return EventBus.Verdict.ACK;
  }

  /**
   * After our own fault the delivery is tried again, and then the conversion must be Queued. Only
   * the ledger knows whether a written MP3 may be deleted: perhaps it recorded the finish, but its
   * answer was lost.
   */
  private EventBus.Verdict giveBack(Throwable cause) {
    Move move =
        cause instanceof Outage
            ? ledger.handBack(lease, EVENT_COMES_BY)
            : ledger.strike(lease, STRIKES, CRASHED, EVENT_COMES_BY);
    if (move instanceof Move.Done(Conversion now)) {
      clear();
      tellChanged();
      if (now.state() instanceof ConversionState.Failed(Problem problem)) {
        LOG.atWarn().addKeyValue("conversion", id()).addKeyValue("problem", problem).log("failed");
        publish(new Event.ConversionFailed(id()));
        return EventBus.Verdict.ACK;
      }
      return EventBus.Verdict.RETRY;
    }
    if (!isMine(move)) {
      clear();
    }
    LOG.atInfo()
        .addKeyValue("conversion", id())
        .addKeyValue("problem", String.valueOf(cause.getMessage()))
        .log("it went wrong, but somebody else has it by now");
    return EventBus.Verdict.ACK;
  }

  private void deleteVideoOf(Optional<Conversion> ended) {
    if (!settings.keepVideos() && ended.map(Sweep::needsNoVideo).orElse(true)) {
      blobs.delete(conversion.video().blob());
    }
  }

  private void clear() {
    blobs.discard(target);
    blobs.delete(target);
  }

  /**
   * If this fails, the bus or the Janitor publishes it later; the ledger already has the new state.
   */
  private void publish(Event.Work event) {
    try {
      bus.publish(event);
    } catch (Outage e) {
      LOG.atWarn()
          .addKeyValue("conversion", id())
          .addKeyValue("problem", e.problem())
          .log("event not published yet; it is tried again");
    }
  }

  void tellChanged() {
    bus.tell(new Event.Changed(conversion.id(), conversion.owner()));
  }
}
