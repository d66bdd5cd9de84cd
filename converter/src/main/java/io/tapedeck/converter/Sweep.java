package io.tapedeck.converter;

import io.tapedeck.core.BlobId;
import io.tapedeck.core.BlobStore;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionState;
import io.tapedeck.core.JanitorLedger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Searches a bucket once for bytes that nobody needs. */
record Sweep(JanitorSettings settings, JanitorLedger ledger, BlobStore blobs) {
  private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);
  private static final int BATCH = 500;

  void run(BlobId.Bucket bucket, Instant now) {
    List<BlobStore.Entry> batch = new ArrayList<>();
    blobs.each(
        bucket,
        entry -> {
          if (entry.changedAt().isBefore(now.minus(grace(entry)))) {
            batch.add(entry);
          }
          if (batch.size() == BATCH) {
            deleteOrphans(batch);
            batch.clear();
          }
        });
    deleteOrphans(batch);
  }

  /** An unfinished upload belongs to the gateway and can be resumed for days. */
  private Duration grace(BlobStore.Entry entry) {
    boolean upload = entry.id().bucket() == BlobId.Bucket.VIDEOS && !entry.published();
    return upload ? settings.grace().upload() : settings.grace().orphan();
  }

  private void deleteOrphans(List<BlobStore.Entry> entries) {
    Set<ConversionId> ids =
        entries.stream().map(entry -> entry.id().conversion()).collect(Collectors.toSet());
    Set<ConversionId> alive = ids.isEmpty() ? Set.of() : ledger.alive(ids);
    for (BlobStore.Entry entry : entries) {
      boolean abandoned = !entry.published();
      if (abandoned || !alive.contains(entry.id().conversion()) || leftOver(entry.id())) {
        delete(entry.id(), entry.published());
      }
    }
  }

  /** Whether this is a video whose conversion has ended; a crash prevented its deletion. */
  private boolean leftOver(BlobId blob) {
    return blob.bucket() == BlobId.Bucket.VIDEOS
        && !settings.keepVideos()
        && ledger.find(blob.conversion()).map(Sweep::needsNoVideo).orElse(false);
  }

  /** Whether no possible next step of the conversion reads its video. */
  static boolean needsNoVideo(Conversion conversion) {
    return switch (conversion.state()) {
      case ConversionState.Ready r -> true;
      case ConversionState.Cancelled c -> true;
      case ConversionState.Expired e -> true;
      case ConversionState.Queued q -> false;
      case ConversionState.Converting c -> false;
      case ConversionState.Failed f -> false;
    };
  }

  private void delete(BlobId blob, boolean published) {
    LOG.atInfo().addKeyValue("blob", blob).log("nobody needs it; deleted");
    if (published) {
      blobs.delete(blob);
    } else {
      blobs.discard(blob);
    }
  }
}
