package io.tapedeck.uploads;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.BlobId;
import io.tapedeck.core.BlobStore;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.ConversionState;
import io.tapedeck.core.Event;
import io.tapedeck.core.EventBus;
import io.tapedeck.core.Ledger;
import io.tapedeck.core.Mp3;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Video;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns a stored video into a conversion: publishes the video, creates the conversion in the ledger
 * and notifies the converters. Every step may run twice.
 */
public final class Submissions {
  private static final Logger LOG = LoggerFactory.getLogger(Submissions.class);

  private final BlobStore store;
  private final Ledger ledger;
  private final EventBus bus;
  private final Duration retention;
  private final Clock clock;

  public Submissions(
      BlobStore store, Ledger ledger, EventBus bus, Duration retention, Clock clock) {
    this.store = store;
    this.ledger = ledger;
    this.bus = bus;
    this.retention = retention;
    this.clock = clock;
  }

  /** Accepts the bytes of a complete draft. The caller still closes the draft. */
  public Conversion accept(
      BlobStore.Draft draft,
      ConversionId id,
      AccountId owner,
      Video video,
      ConversionOptions options) {
    draft.publish();
    return accept(id, owner, video, options);
  }

  /** Accepts a video that is published already. */
  public Conversion accept(
      ConversionId id, AccountId owner, Video video, ConversionOptions options) {
    Conversion conversion =
        ledger.create(id, owner, video, options, clock.instant().plus(retention));
    LOG.atInfo()
        .addKeyValue("conversion", id)
        .addKeyValue("account", owner)
        .addKeyValue("bytes", video.size())
        .log("a video is in; its conversion is queued");
    queued(conversion);
    return conversion;
  }

  /** Notifies converters and watchers of a conversion that is Queued. */
  public void queued(Conversion conversion) {
    try {
      bus.publish(new Event.VideoStored(conversion.id()));
    } catch (Outage e) {
      LOG.atWarn()
          .setCause(e)
          .addKeyValue("conversion", conversion.id())
          .log("no event could be sent; it is sent later");
    }
    bus.tell(new Event.Changed(conversion.id(), conversion.owner()));
  }

  /** Deletes a conversion and its files. If it runs, its converter stops. */
  public void remove(Conversion conversion) {
    ledger.expire(conversion.id(), true);
    bus.tell(new Event.Stopped(conversion.id(), conversion.owner()));
    bus.tell(new Event.Changed(conversion.id(), conversion.owner()));
    store.delete(conversion.video().blob());
    for (int attempt = 1; attempt <= conversion.attempt(); attempt++) {
      store.delete(BlobId.mp3(conversion.id(), attempt));
    }
    if (conversion.state() instanceof ConversionState.Ready(Mp3 mp3)) {
      store.delete(mp3.blob());
    }
  }

  /** The conversion, if it was accepted before. */
  public Optional<Conversion> find(ConversionId id) {
    return ledger.find(id);
  }

  public BlobStore store() {
    return store;
  }
}
