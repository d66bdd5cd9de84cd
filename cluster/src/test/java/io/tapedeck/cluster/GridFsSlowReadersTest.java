package io.tapedeck.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.MongoClients;
import io.tapedeck.contracts.MongoWire;
import io.tapedeck.core.BlobId;
import io.tapedeck.core.BlobStore.Draft;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.Outage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that ask for much and then read nothing, where there is memory for 24 chunks. */
class GridFsSlowReadersTest {
  private static final int ALL = 24;
  private static final byte[] BYTES = new byte[3_000_001];

  static {
    new Random(7).nextBytes(BYTES);
  }

  @TempDir static Path folder;
  private final GridFsMemory memory = new GridFsMemory(ALL);
  private final ConversionId conversion = ConversionId.at(Instant.now());
  private final BlobId video = BlobId.video(conversion);
  private final CountDownLatch enough = new CountDownLatch(1);

  /** The receiving end of a client that takes one chunk's first bytes and then no more. */
  private final class Stalled extends OutputStream {
    private final CountDownLatch begun = new CountDownLatch(1);

    @Override
    public void write(int b) {
      begun.countDown();
      try {
        enough.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      write(bytes[offset]);
    }
  }

  @Test
  void theyKeepOneChunkEachAndNobodyOut() throws Exception {
    try (MongoWire mongo = MongoWire.start(folder.resolve("mongo"), 0);
        GridFsBlobStore store =
            new GridFsBlobStore(
                MongoClients.create(mongo.uri()), "slow", Clock.systemUTC(), memory);
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
        AutoCloseable _ = enough::countDown) {
      upload(store, video);
      List<Future<?>> slow = new ArrayList<>();
      for (int i = 0; i < ALL * 2 / 3; i++) {
        slow.add(stalled(store, clients));
      }
      BlobId other = BlobId.mp3(conversion, 1);
      upload(store, other);
      ByteArrayOutputStream whole = new ByteArrayOutputStream();
      store.read(other, 0, BYTES.length, Channels.newChannel(whole));
      assertThat(whole.toByteArray()).isEqualTo(BYTES);
      enough.countDown();
      for (Future<?> each : slow) {
        each.get();
      }
    }
    assertThat(memory.free()).isEqualTo(ALL);
  }

  @Test
  void aCrowdOfThemIsTurnedAwayAndUploadsAreNot() throws Exception {
    try (MongoWire mongo = MongoWire.start(folder.resolve("crowd"), 0);
        GridFsBlobStore store =
            new GridFsBlobStore(
                MongoClients.create(mongo.uri()), "crowd", Clock.systemUTC(), memory);
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
        AutoCloseable _ = enough::countDown) {
      upload(store, video);
      List<Future<?>> slow = new ArrayList<>();
      for (int i = 0; i < ALL * 3 / 4; i++) {
        slow.add(stalled(store, clients));
      }
      assertThatThrownBy(
              () -> store.read(video, 0, 1, Channels.newChannel(OutputStream.nullOutputStream())))
          .isInstanceOf(Outage.class)
          .hasMessageContaining("too many");
      upload(store, BlobId.mp3(conversion, 2));
      enough.countDown();
      for (Future<?> each : slow) {
        each.get();
      }
    }
  }

  private Future<?> stalled(GridFsBlobStore store, ExecutorService clients) throws Exception {
    Stalled client = new Stalled();
    Future<?> reading =
        clients.submit(() -> {
          store.read(video, 0, BYTES.length, Channels.newChannel(client));
          return true;
        });
    while (client.begun.getCount() > 0) {
      if (reading.isDone()) {
        reading.get(); // says why it was turned away
      }
      Thread.onSpinWait();
    }
    return reading;
  }

  private static void upload(GridFsBlobStore store, BlobId id) throws IOException {
    try (Draft draft = store.draft(id)) {
      draft.append(Channels.newChannel(new ByteArrayInputStream(BYTES)), Long.MAX_VALUE);
      draft.publish();
    }
  }
}
