package io.tapedeck.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.MongoClients;
import io.tapedeck.contracts.MongoWire;
import io.tapedeck.contracts.Signal;
import io.tapedeck.core.BlobId;
import io.tapedeck.core.BlobStore.Draft;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Refusal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What uploads and downloads do where there is memory for three chunks, and that they return it.
 */
class GridFsMemoryTest {
  private static final int ALL = 3;
  private static final byte[] BYTES = new byte[3_000_001];
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String TORN = "the line went dead";

  @TempDir static Path folder;
  private static MongoWire mongo;
  private final GridFsMemory memory = new GridFsMemory(ALL);
  private final BlobId video = BlobId.video(ConversionId.at(Instant.now()));
  private final GridFsBlobStore store =
      new GridFsBlobStore(
          MongoClients.create(mongo.uri()),
          "memory" + video.conversion().hashCode(),
          Clock.systemUTC(),
          memory);

  @BeforeAll
  static void startMongo() throws IOException {
    mongo = MongoWire.start(folder.resolve("mongo"), 0);
    new Random(11).nextBytes(BYTES);
  }

  @AfterAll
  static void stopMongo() {
    mongo.close();
  }

  @AfterEach
  void allMemoryIsGivenBack() {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (memory.free() < ALL && System.nanoTime() < end) {
      Thread.onSpinWait(); // for chunks that nobody wants any more and that are on their way
    }
    assertThat(memory.free()).isEqualTo(ALL);
    store.close();
  }

  @Test
  void manyUploadsAndDownloadsAtOnceGetThroughWithLittle() throws Exception {
    List<Future<byte[]>> all = new ArrayList<>();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 12; i++) {
        BlobId id = BlobId.mp3(video.conversion(), i);
        all.add(
            clients.submit(() -> {
              upload(id, from(BYTES));
              return download(id);
            }));
      }
    }
    for (Future<byte[]> each : all) {
      assertThat(each.get()).isEqualTo(BYTES);
    }
  }

  @Test
  void anUploadThatHasBroughtLittleNeedsNone() throws Exception {
    take(ALL);
    byte[] little = Arrays.copyOf(BYTES, GridFsChunk.SMALL - 1);
    upload(video, from(little));
    memory.give(ALL);
    assertThat(download(video)).isEqualTo(little);
  }

  @Test
  void withoutMemoryAnUploadIsTurnedAwayAndGoesOnLaterFromWhatCame() throws Exception {
    take(ALL);
    ReadableByteChannel source = from(BYTES);
    try (Draft draft = store.draft(video)) {
      assertThatThrownBy(() -> draft.append(source, Long.MAX_VALUE))
          .isInstanceOf(Outage.class)
          .hasMessageContaining("memory");
      assertThat(draft.size()).isEqualTo(GridFsChunk.SMALL);
      memory.give(ALL);
      draft.append(source, Long.MAX_VALUE);
      draft.publish();
    }
    take(ALL);
    assertThatThrownBy(() -> download(video)).isInstanceOf(Outage.class);
    memory.give(ALL);
    assertThat(download(video)).isEqualTo(BYTES);
  }

  @Test
  void whoFailsGivesItsMemoryBack() throws Exception {
    try (Draft draft = store.draft(video)) {
      assertThatThrownBy(() -> draft.append(torn(), Long.MAX_VALUE)).hasMessageContaining(TORN);
      assertThat(draft.size()).isEqualTo(BYTES.length);
      draft.publish();
    }
    assertThatThrownBy(() -> store.read(video, 0, BYTES.length, Channels.newChannel(gone())))
        .hasMessage("gone");
    BlobId other = BlobId.mp3(video.conversion(), 1);
    try (Draft older = store.draft(other);
        Draft newer = store.draft(other)) {
      assertThatThrownBy(() -> older.append(from(BYTES), Long.MAX_VALUE))
          .isInstanceOf(Refusal.class);
      assertThat(newer.size()).isZero();
    }
  }

  @Test
  void aFailedBatchCountsForNothingAndTheDraftGoesOnBehindWhatIsKept() throws Exception {
    try (Draft draft = store.draft(video)) {
      draft.append(from(Arrays.copyOf(BYTES, 1_000_000)), Long.MAX_VALUE);
      ReadableByteChannel killing =
          Channels.newChannel(
              new SequenceInputStream(
                  new ByteArrayInputStream(BYTES, 1_000_000, 500_000),
                  onFirstRead(GridFsMemoryTest::killMongo)));
      assertThatThrownBy(() -> draft.append(killing, Long.MAX_VALUE)).isInstanceOf(Outage.class);
      mongo.restart();
      int kept = (int) draft.size();
      assertThat(kept).isBetween(1_000_000, 1_500_000);
      draft.append(from(Arrays.copyOfRange(BYTES, kept, BYTES.length)), Long.MAX_VALUE);
      draft.publish();
    }
    assertThat(download(video)).isEqualTo(BYTES);
  }

  @Test
  void aDownloadThatIsInterruptedEndsAtOnceAndItsMemoryIsHeldUntilItsChunksAreHere()
      throws Exception {
    upload(video, from(BYTES));
    CountDownLatch frozen = new CountDownLatch(1);
    OutputStream freezing =
        new ByteArrayOutputStream() {
          @Override
          public synchronized void write(byte[] bytes, int offset, int length) {
            if (frozen.getCount() > 0) {
              freezeMongo();
              frozen.countDown();
            }
          }
        };
    Thread reading = Thread.ofPlatform().unstarted(() -> readInVain(freezing));
    try {
      reading.start();
      frozen.await();
      while (reading.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      reading.interrupt();
      assertThat(reading.join(PATIENCE)).isTrue();
      assertThat(memory.free()).isLessThan(ALL);
    } finally {
      Signal.CONT.to(mongo.process());
      reading.join();
    }
  }

  private void readInVain(OutputStream to) {
    assertThatThrownBy(() -> store.read(video, 0, BYTES.length, Channels.newChannel(to)))
        .isInstanceOfAny(Outage.class, IOException.class);
  }

  private static void freezeMongo() {
    try {
      Signal.STOP.to(mongo.process());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void killMongo() {
    try {
      mongo.kill();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void take(int count) {
    for (int i = 0; i < count; i++) {
      assertThat(memory.tryTake()).isTrue();
    }
  }

  private void upload(BlobId id, ReadableByteChannel source) throws IOException {
    try (Draft draft = store.draft(id)) {
      draft.append(source, Long.MAX_VALUE);
      draft.publish();
    }
  }

  private byte[] download(BlobId id) throws IOException {
    ByteArrayOutputStream to = new ByteArrayOutputStream();
    store.read(id, 0, store.size(id).orElseThrow(), Channels.newChannel(to));
    return to.toByteArray();
  }

  private static ReadableByteChannel from(byte[] bytes) {
    return Channels.newChannel(new ByteArrayInputStream(bytes));
  }

  /** All the bytes, and then a failure. */
  private static ReadableByteChannel torn() {
    return Channels.newChannel(
        new SequenceInputStream(
            new ByteArrayInputStream(BYTES),
            onFirstRead(() -> {
              throw new UncheckedIOException(new IOException(TORN));
            })));
  }

  private interface Step {
    void go();
  }

  /** A stream of zeros that does something first. */
  private static InputStream onFirstRead(Step step) {
    return new ByteArrayInputStream(new byte[400_000]) {
      @Override
      public synchronized int read(byte[] into, int offset, int length) {
        if (pos == 0) {
          step.go();
        }
        return super.read(into, offset, length);
      }
    };
  }

  private static OutputStream gone() {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        throw new IOException("gone");
      }
    };
  }
}
