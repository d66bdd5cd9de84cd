package io.tapedeck.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.tapedeck.core.BlobId;
import io.tapedeck.core.BlobId.Bucket;
import io.tapedeck.core.BlobStore;
import io.tapedeck.core.BlobStore.Draft;
import io.tapedeck.core.BlobStore.Entry;
import io.tapedeck.core.Code;
import io.tapedeck.core.Component.Health;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.Refusal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every BlobStore does. A subclass says how a store is opened; within one test every opening
 * shows the same bytes, the first opening none.
 */
public abstract class BlobStoreContract {
  private static final long SEED = ThreadLocalRandom.current().nextLong();
  private static final int BIG = 3 * 1024 * 1024 + 12_345; // more than one buffer or chunk

  @TempDir Path scratch;
  private final List<BlobStore> opened = new ArrayList<>();
  private final BlobId video = BlobId.video(ConversionId.at(Instant.now()));

  /**
   * Opens the store of this test, again perhaps while an earlier opening was never closed, as after
   * a crash.
   */
  protected abstract BlobStore open() throws Exception;

  private BlobStore store() throws Exception {
    BlobStore store = open();
    opened.add(store);
    return store;
  }

  @AfterEach
  void closeAll() {
    opened.forEach(BlobStore::close);
  }

  @Test
  void itIsFitForWorkAndHasRoom() throws Exception {
    assertThat(store().check()).isEqualTo(Health.up());
    assertThat(store().room()).isPositive();
  }

  @Test
  void aBlobAppearsOnlyWhenItIsPublishedAndReadsBackWhole() throws Exception {
    BlobStore store = store();
    byte[] bytes = random(BIG);
    try (Draft draft = store.draft(video)) {
      assertThat(draft.size()).isZero();
      assertThat(draft.append(from(bytes), Long.MAX_VALUE)).isEqualTo(BIG);
      assertThat(store.size(video)).isEmpty();
      assertThatThrownBy(() -> all(store, video)).isInstanceOf(Refusal.class);
      draft.publish();
    }
    assertThat(store.size(video)).contains((long) BIG);
    assertThat(store.draftSize(video)).isEmpty();
    assertThat(all(store, video)).as("seed %s", SEED).isEqualTo(bytes);
    assertThat(Files.readAllBytes(store.file(video, scratch))).isEqualTo(bytes);
  }

  @Test
  void anEmptyBlobIsABlob() throws Exception {
    BlobStore store = store();
    publish(store, video, new byte[0]);
    assertThat(store.size(video)).contains(0L);
    assertThat(all(store, video)).isEmpty();
  }

  @Test
  void aDraftGoesOnWhereItEndedAfterReopening() throws Exception {
    byte[] bytes = random(BIG);
    try (Draft draft = store().draft(video)) {
      draft.append(from(Arrays.copyOf(bytes, 1_000_001)), Long.MAX_VALUE);
    }
    try (Draft draft = store().draft(video)) {
      assertThat(draft.size()).isEqualTo(1_000_001);
      draft.append(from(Arrays.copyOfRange(bytes, 1_000_001, BIG)), Long.MAX_VALUE);
      draft.publish();
    }
    assertThat(all(store(), video)).as("seed %s", SEED).isEqualTo(bytes);
  }

  @Test
  void whatAnAppendReturnedSurvivesACrash() throws Exception {
    BlobStore killed = store();
    Draft neverClosed = killed.draft(video);
    neverClosed.append(from(random(70_000)), Long.MAX_VALUE);
    BlobStore store = store();
    assertThat(store.draftSize(video)).contains(70_000L);
    assertThat(entries(store)).containsExactly(video + " 70000 draft");
    try (Draft draft = store.draft(video)) {
      assertThat(draft.size()).isEqualTo(70_000);
    }
  }

  @Test
  void anAppendTakesNoMoreThanItsLimit() throws Exception {
    BlobStore store = store();
    ReadableByteChannel source = from(random(1000));
    try (Draft draft = store.draft(video)) {
      assertThat(draft.append(source, 600)).isEqualTo(600);
      assertThat(draft.size()).isEqualTo(600);
      assertThat(draft.append(source, 0)).isZero();
      assertThat(draft.append(source, 600)).isEqualTo(400);
      draft.publish();
    }
    assertThat(all(store, video)).isEqualTo(random(1000));
  }

  @Test
  void aSourceThatFailsLeavesWhatArrivedBefore() throws Exception {
    BlobStore store = store();
    byte[] bytes = random(BIG);
    int arrived = 2_000_003;
    try (Draft draft = store.draft(video)) {
      assertThatThrownBy(() -> draft.append(failingAfter(bytes, arrived), Long.MAX_VALUE))
          .isInstanceOf(IOException.class)
          .hasMessage("the line went dead");
      assertThat(draft.size()).isEqualTo(arrived);
    }
    try (Draft draft = store.draft(video)) {
      assertThat(draft.size()).isEqualTo(arrived);
      draft.append(from(Arrays.copyOfRange(bytes, arrived, BIG)), Long.MAX_VALUE);
      draft.publish();
    }
    assertThat(all(store, video)).as("seed %s", SEED).isEqualTo(bytes);
  }

  @Test
  void aDraftIsCutBackAndGoesOnFromThere() throws Exception {
    BlobStore store = store();
    byte[] bytes = random(BIG);
    int kept = 1_500_007;
    try (Draft draft = store.draft(video)) {
      draft.append(from(bytes), Long.MAX_VALUE);
      draft.truncate(kept);
      assertThat(draft.size()).isEqualTo(kept);
      draft.append(from(Arrays.copyOfRange(bytes, kept, kept + 500_000)), Long.MAX_VALUE);
      draft.publish();
    }
    assertThat(all(store, video))
        .as("seed %s", SEED)
        .isEqualTo(Arrays.copyOf(bytes, kept + 500_000));
  }

  @Test
  @SuppressWarnings("try") // closes in the middle, on purpose
  void theNewestWriterWins() throws Exception {
    BlobStore store = store();
    byte[] bytes = random(900);
    try (Draft older = store.draft(video)) {
      older.append(from(Arrays.copyOf(bytes, 300)), Long.MAX_VALUE);
      try (Draft newer = store.draft(video)) {
        assertThat(newer.size()).isEqualTo(300);
        assertConflict(() -> older.append(from(random(5)), Long.MAX_VALUE));
        assertConflict(() -> older.truncate(0));
        assertConflict(older::publish);
        newer.append(from(Arrays.copyOfRange(bytes, 300, 900)), Long.MAX_VALUE);
        older.close(); // takes nothing from the newer
        newer.publish();
      }
    }
    assertThat(all(store, video)).isEqualTo(bytes);
  }

  @Test
  void aWriterWhoseDraftIsTakenInTheMiddleOfAnAppendFails() throws Exception {
    BlobStore store = store();
    try (Draft older = store.draft(video)) {
      Draft[] newer = new Draft[1];
      ReadableByteChannel source =
          calling(BIG, () -> newer[0] = newer[0] == null ? store.draft(video) : newer[0]);
      assertConflict(() -> older.append(source, Long.MAX_VALUE));
      try (Draft draft = newer[0]) {
        long kept = draft.size();
        draft.append(from(random(10)), Long.MAX_VALUE);
        draft.publish();
        assertThat(store.size(video)).contains(kept + 10);
      }
    }
  }

  @Test
  void aDiscardedDraftIsGoneAndItsWriterFails() throws Exception {
    BlobStore store = store();
    store.discard(video); // a missing one is no error
    try (Draft draft = store.draft(video)) {
      draft.append(from(random(100)), Long.MAX_VALUE);
      store.discard(video);
      assertThat(store.draftSize(video)).isEmpty();
      assertConflict(() -> draft.append(from(random(5)), Long.MAX_VALUE));
    }
    assertThat(store.draftSize(video)).isEmpty();
    assertThat(entries(store)).isEmpty();
    try (Draft draft = store.draft(video)) {
      assertThat(draft.size()).isZero();
    }
  }

  @Test
  void aBlobThatIsThereStaysAsItIsWhenPublishedAgain() throws Exception {
    BlobStore store = store();
    byte[] bytes = random(500);
    publish(store, video, bytes);
    publish(store, video, random(700));
    assertThat(all(store, video)).isEqualTo(bytes);
    assertThat(entries(store)).containsExactly(video + " 500 blob");
  }

  @Test
  void publishingTwiceIsPublishing() throws Exception {
    BlobStore store = store();
    try (Draft draft = store.draft(video)) {
      draft.append(from(random(500)), Long.MAX_VALUE);
      draft.publish();
      draft.publish();
    }
    assertThat(all(store, video)).isEqualTo(random(500));
  }

  @Test
  void rangesAreExactAtAllBorders() throws Exception {
    BlobStore store = store();
    byte[] bytes = random(BIG);
    publish(store, video, bytes);
    long[] cuts = {0, 1, 255 * 1024 - 1, 255 * 1024, 261_121, 1 << 20, (1 << 20) + 1, BIG - 1, BIG};
    for (long start : cuts) {
      for (long end : cuts) {
        if (start <= end) {
          assertThat(range(store, video, start, end - start))
              .as("%s to %s, seed %s", start, end, SEED)
              .isEqualTo(Arrays.copyOfRange(bytes, (int) start, (int) end));
        }
      }
    }
  }

  @Test
  void aReceiverThatFailsIsTheReceiversFault() throws Exception {
    BlobStore store = store();
    publish(store, video, random(BIG));
    java.nio.channels.WritableByteChannel gone =
        Channels.newChannel(
            new java.io.OutputStream() {
              @Override
              public void write(int b) throws IOException {
                throw new IOException("gone");
              }
            });
    assertThatThrownBy(() -> store.read(video, 0, BIG, gone))
        .isInstanceOf(IOException.class)
        .hasMessage("gone");
    assertThat(gone.isOpen()).isTrue();
  }

  @Test
  void readingWhatIsMissingIsRefused() throws Exception {
    BlobStore store = store();
    assertThat(store.size(video)).isEmpty();
    assertThatThrownBy(() -> all(store, video))
        .asInstanceOf(type(Refusal.class))
        .extracting(Refusal::code)
        .isEqualTo(Code.NOT_FOUND);
    assertThatThrownBy(() -> store.file(video, scratch))
        .asInstanceOf(type(Refusal.class))
        .extracting(Refusal::code)
        .isEqualTo(Code.NOT_FOUND);
  }

  @Test
  void aDeletedBlobIsGoneAndDeletingTwiceIsDeleting() throws Exception {
    BlobStore store = store();
    publish(store, video, random(500));
    store.delete(video);
    store.delete(video);
    assertThat(store.size(video)).isEmpty();
    assertThat(entries(store)).isEmpty();
    publish(store, video, random(7));
    assertThat(all(store, video)).isEqualTo(random(7));
  }

  @Test
  void eachShowsBlobsAndDraftsOfItsShelf() throws Exception {
    BlobStore store = store();
    BlobId mp3 = BlobId.mp3(video.conversion(), 2);
    BlobId draft = BlobId.video(ConversionId.at(Instant.now()));
    publish(store, video, random(10));
    publish(store, mp3, random(20));
    try (Draft open = store.draft(draft)) {
      open.append(from(random(30)), Long.MAX_VALUE);
    }
    assertThat(entries(store))
        .containsExactlyInAnyOrder(video + " 10 blob", mp3 + " 20 blob", draft + " 30 draft");
    List<Entry> found = new ArrayList<>();
    store.each(Bucket.MP3S, found::add);
    assertThat(found).extracting(Entry::id).containsExactly(mp3);
    assertThat(found.getFirst().changedAt())
        .isBetween(Instant.now().minusSeconds(600), Instant.now().plusSeconds(600));
    store.each(Bucket.VIDEOS, entry -> store.delete(entry.id())); // a visitor may delete
    assertThat(store.size(video)).isEmpty();
  }

  private static void publish(BlobStore store, BlobId id, byte[] bytes) throws IOException {
    try (Draft draft = store.draft(id)) {
      draft.append(from(bytes), Long.MAX_VALUE);
      draft.publish();
    }
  }

  private static List<String> entries(BlobStore store) {
    List<String> entries = new ArrayList<>();
    for (Bucket bucket : Bucket.values()) {
      store.each(
          bucket,
          entry ->
              entries.add(
                  entry.id() + " " + entry.size() + (entry.published() ? " blob" : " draft")));
    }
    return entries;
  }

  private static void assertConflict(ThrowingCallable call) {
    assertThatThrownBy(call)
        .asInstanceOf(type(Refusal.class))
        .extracting(Refusal::code)
        .isEqualTo(Code.CONFLICT);
  }

  private static byte[] all(BlobStore store, BlobId id) throws IOException {
    return range(store, id, 0, store.size(id).orElse(1L));
  }

  private static byte[] range(BlobStore store, BlobId id, long offset, long length)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    store.read(id, offset, length, Channels.newChannel(out));
    return out.toByteArray();
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(SEED).nextBytes(bytes);
    return bytes;
  }

  private static ReadableByteChannel from(byte[] bytes) {
    return Channels.newChannel(new ByteArrayInputStream(bytes));
  }

  private static ReadableByteChannel failingAfter(byte[] bytes, int count) {
    ByteArrayInputStream head = new ByteArrayInputStream(bytes, 0, count);
    return Channels.newChannel(
        new java.io.InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("read in bulk");
          }

          @Override
          public int read(byte[] into, int offset, int length) throws IOException {
            int got = head.read(into, offset, Math.min(length, 4099));
            if (got < 0) {
              throw new IOException("the line went dead");
            }
            return got;
          }
        });
  }

  /** A source of that many bytes in small reads, which calls something before its tenth. */
  private static ReadableByteChannel calling(int size, Runnable something) {
    return new ReadableByteChannel() {
      private int left = size;
      private int reads;

      @Override
      public int read(ByteBuffer into) {
        if (++reads == 10) {
          something.run();
        }
        int count = Math.min(Math.min(left, 8192), into.remaining());
        into.put(new byte[count]);
        left -= count;
        return left == 0 && count == 0 ? -1 : count;
      }

      @Override
      public boolean isOpen() {
        return true;
      }

      @Override
      public void close() {}
    };
  }
}
