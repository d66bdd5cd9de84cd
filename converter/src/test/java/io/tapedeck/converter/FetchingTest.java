package io.tapedeck.converter;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.contracts.Media;
import io.tapedeck.core.BlobId;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionState.Kind;
import io.tapedeck.core.Event;
import io.tapedeck.core.EventBus.Verdict;
import io.tapedeck.core.Outage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A video whose bytes come slowly from the store, before there is anything to convert. */
class FetchingTest {
  private static final int PATIENCE = 20;

  @TempDir Path folder;
  private ConverterHarness house;
  private final CompletableFuture<Path> copy = new CompletableFuture<>();
  private final CountDownLatch over = new CountDownLatch(1);

  @BeforeEach
  void open() throws IOException {
    house = new ConverterHarness(folder);
    house.fetched = this::slowly;
  }

  @AfterEach
  void close() {
    over.countDown();
    house.close();
    assertThat(folder.resolve("scratch-a")).isEmptyDirectory();
  }

  private Path slowly(BlobId id, Path scratch) {
    try {
      Path begun = Files.write(scratch.resolve("copy"), new byte[1000]);
      copy.complete(begun);
      over.await();
      return begun;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Outage("interrupted", e);
    }
  }

  private ConversionId stored() throws Exception {
    return house.stored(Media.video(folder.resolve("clip.mp4"), 1));
  }

  private CompletableFuture<Verdict> handled(Converter converter, ConversionId id)
      throws Exception {
    CompletableFuture<Verdict> verdict =
        CompletableFuture.supplyAsync(() -> converter.handle(new Event.VideoStored(id)));
    copy.get(PATIENCE, TimeUnit.SECONDS);
    return verdict;
  }

  @Test
  void cancellingEndsTheCopyAtOnce() throws Exception {
    ConversionId id = stored();
    Converter converter = house.converter("a");
    converter.start();
    CompletableFuture<Verdict> verdict = handled(converter, id);
    house.ledger.cancel(id);

    house.bus.tell(new Event.Stopped(id, house.owner));

    assertThat(verdict.get(PATIENCE, TimeUnit.SECONDS)).isEqualTo(Verdict.ACK);
    assertThat(house.kind(id)).isEqualTo(Kind.CANCELLED);
    assertThat(house.bucket(BlobId.Bucket.VIDEOS)).isEmpty();
  }

  @Test
  void aConverterThatStopsEndsTheCopyAndHandsBack() throws Exception {
    ConversionId id = stored();
    Converter converter = house.converter("a");
    CompletableFuture<Verdict> verdict = handled(converter, id);

    converter.close();

    assertThat(verdict.get(PATIENCE, TimeUnit.SECONDS)).isEqualTo(Verdict.ACK);
    assertThat(house.kind(id)).isEqualTo(Kind.QUEUED);
    assertThat(house.bucket(BlobId.Bucket.VIDEOS)).hasSize(1);
  }

  @Test
  void aLostLeaseEndsTheCopy() throws Exception {
    ConversionId id = stored();
    Converter converter = house.converter("a");
    CompletableFuture<Verdict> verdict = handled(converter, id);
    house.ledger.cancel(id);
    house.clock.advance(ConverterHarness.LEASE);

    converter.tick();

    assertThat(verdict.get(PATIENCE, TimeUnit.SECONDS)).isEqualTo(Verdict.ACK);
  }

  @Test
  void aCopyThatDoesNotMoveIsEndedAndTriedAgainLaterAndOneThatMovesIsNot() throws Exception {
    ConversionId id = stored();
    Converter converter = house.converter("a");
    CompletableFuture<Verdict> verdict = handled(converter, id);
    for (int i = 0; i < 3; i++) {
      Files.write(copy.get(), new byte[10], StandardOpenOption.APPEND);
      house.clock.advance(Duration.ofSeconds(45));
      converter.tick();
    }
    assertThat(verdict).isNotDone();

    house.clock.advance(Duration.ofSeconds(61));
    converter.tick();

    assertThat(verdict.get(PATIENCE, TimeUnit.SECONDS)).isEqualTo(Verdict.RETRY);
    assertThat(house.kind(id)).isEqualTo(Kind.QUEUED);
  }
}
