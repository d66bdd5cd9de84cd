package io.tapedeck.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.BlobId;
import io.tapedeck.core.BlobStore;
import io.tapedeck.core.Code;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.ConversionState;
import io.tapedeck.core.Lease;
import io.tapedeck.core.Move;
import io.tapedeck.core.Mp3;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Video;
import io.tapedeck.local.FileBlobStore;
import io.tapedeck.sql.Database;
import io.tapedeck.sql.SqlLedger;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupTest {
  private static final Clock CLOCK = Clock.systemUTC();

  @TempDir Path folder;
  private Path data;
  private Database database;
  private SqlLedger ledger;
  private BlobStore blobs;

  @BeforeEach
  void open() throws IOException {
    data = Files.createDirectory(folder.resolve("data"));
    database = Database.sqlite(data.resolve(Backup.DATABASE));
    ledger = new SqlLedger(database, CLOCK);
    blobs = new FileBlobStore(data);
    Files.writeString(data.resolve("secret.key"), "a key");
  }

  @AfterEach
  void close() {
    ledger.close();
    database.close();
  }

  @Test
  void allThatIsReadyOrWaitsIsInItAndBackAgain() throws IOException {
    ConversionId waiting = queued("a film");
    ConversionId ready = ready("a talk");
    Path backup = folder.resolve("backup");

    Backup.Made made = Backup.make(data, backup);
    int files = Restore.run(backup, folder.resolve("again"));

    assertThat(made.damaged()).isEmpty();
    assertThat(made.files()).isEqualTo(files).isEqualTo(4);
    assertThat(folder.resolve("again/videos/" + waiting.value())).hasContent("a film");
    assertThat(folder.resolve("again/mp3s/" + ready.value() + ".1")).hasContent("MP3 of a talk");
    assertThat(folder.resolve("again/secret.key")).hasContent("a key");
    assertThat(folder.resolve("again/.restoring")).doesNotExist();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(backup)))
        .isEqualTo("rwx------");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve("again/tapedeck.db"))))
        .isEqualTo("rw-------");
    try (Database second = Database.sqlite(folder.resolve("again/tapedeck.db"));
        SqlLedger again = new SqlLedger(second, CLOCK)) {
      assertThat(again.find(ready)).isEqualTo(ledger.find(ready));
      assertThat(again.find(waiting)).isEqualTo(ledger.find(waiting));
    }
  }

  @Test
  void whatWasReadyBeforeIsInABackupThatIsMadeWhileOthersComeAndGo() throws Exception {
    List<ConversionId> before = List.of(ready("one"), ready("two"), ready("three"));
    AtomicBoolean over = new AtomicBoolean();
    Queue<ConversionId> come = new ConcurrentLinkedQueue<>();
    try (ExecutorService busy = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> storm =
          busy.submit(() -> {
            while (!over.get()) {
              come.add(ready("more"));
              if (come.size() > 3) {
                deleted(come.remove());
              }
            }
            return null;
          });
      try {
        for (int i = 0; i < 5; i++) {
          Path backup = folder.resolve("backup-" + i);
          assertThat(Backup.make(data, backup).damaged()).isEmpty();
          Path again = folder.resolve("again-" + i);
          Restore.run(backup, again);
          for (ConversionId id : before) {
            assertThat(again.resolve("mp3s/" + id.value() + ".1"))
                .hasSameBinaryContentAs(data.resolve("mp3s/" + id.value() + ".1"));
          }
          everyReadyOneHasItsMp3(again);
        }
      } finally {
        over.set(true);
      }
      storm.get();
    }
  }

  private static void everyReadyOneHasItsMp3(Path data) throws IOException {
    Snapshot all = Snapshot.make(data.resolve(Backup.DATABASE), data.resolve("looked-at"));
    assertThat(all.needed()).isNotEmpty();
    all.needed().keySet().forEach(each -> assertThat(data.resolve(each)).exists());
  }

  @Test
  void anMp3ThatIsNotWhatWasStoredIsTold() throws IOException {
    String path = "mp3s/" + ready("a talk").value() + ".1";
    Files.writeString(data.resolve(path), "bit rot");

    assertThat(Backup.make(data, folder.resolve("backup")).damaged()).containsExactly(path);
  }

  @Test
  void aDamagedBackupRestoresNothing() throws IOException {
    ConversionId ready = ready("a talk");
    Path backup = folder.resolve("backup");
    Backup.make(data, backup);
    Files.writeString(backup.resolve("mp3s/" + ready.value() + ".1"), "bit rot");
    Path again = Files.createDirectory(folder.resolve("again"));

    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> Restore.run(backup, again))
        .satisfies(e -> assertThat(e.problem().code()).isEqualTo(Code.CHECKSUM_MISMATCH))
        .withMessageContaining("nothing was restored");
    assertThat(again).isEmptyDirectory();
  }

  @Test
  void nothingIsOverwritten() throws IOException {
    ready("a talk");
    Path backup = folder.resolve("backup");
    Backup.make(data, backup);

    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> Backup.make(data, backup))
        .withMessageContaining("exists");
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> Restore.run(backup, data))
        .withMessageContaining("is not empty");
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> Restore.run(folder, folder.resolve("again")))
        .withMessageContaining("no complete backup");
    assertThat(folder.resolve("again")).doesNotExist();
  }

  @Test
  void whatABrokenOffOneLeftIsNoHindrance() throws IOException {
    ready("a talk");
    Path backup = folder.resolve("backup");
    Files.createDirectories(folder.resolve(".backup.part/mp3s"));
    Files.createDirectories(folder.resolve("again/.restoring/mp3s"));

    Backup.make(data, backup);
    Restore.run(backup, folder.resolve("again"));

    assertThat(folder.resolve(".backup.part")).doesNotExist();
    assertThat(folder.resolve("again/tapedeck.db")).exists();
  }

  private ConversionId queued(String video) throws IOException {
    ConversionId id = ConversionId.at(CLOCK.instant());
    store(BlobId.video(id), video);
    ledger.create(
        id,
        AccountId.at(CLOCK.instant()),
        new Video("talk.mp4", video.length(), BlobId.video(id)),
        ConversionOptions.DEFAULT,
        CLOCK.instant().plus(Duration.ofDays(7)));
    return id;
  }

  private ConversionId ready(String video) throws IOException {
    ConversionId id = queued(video);
    if (!(ledger.claim(id, "worker", Duration.ofSeconds(8)) instanceof Move.Done(Conversion now))
        || !(now.state() instanceof ConversionState.Converting(Lease lease, var progress))) {
      throw new AssertionError("not claimed");
    }
    String bytes = "MP3 of " + video;
    BlobId blob = BlobId.mp3(id, 1);
    store(blob, bytes);
    String digest = Digests.of(new ByteArrayInputStream(bytes.getBytes(StandardCharsets.UTF_8)));
    assertThat(
            ledger.finish(
                lease,
                new Mp3(blob, bytes.length(), Duration.ofSeconds(1), digest, false, List.of())))
        .isInstanceOf(Move.Done.class);
    blobs.delete(BlobId.video(id));
    return id;
  }

  private void deleted(ConversionId id) {
    ledger.expire(id, false);
    blobs.delete(BlobId.mp3(id, 1));
  }

  private void store(BlobId id, String bytes) throws IOException {
    try (BlobStore.Draft draft = blobs.draft(id)) {
      draft.append(
          Channels.newChannel(new ByteArrayInputStream(bytes.getBytes(StandardCharsets.UTF_8))),
          Long.MAX_VALUE);
      draft.publish();
    }
  }
}
