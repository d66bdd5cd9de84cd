package io.tapedeck.converter;

import io.tapedeck.cage.Cage;
import io.tapedeck.cage.CageMode;
import io.tapedeck.contracts.TurnableClock;
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
import io.tapedeck.core.Video;
import io.tapedeck.extraction.Engine;
import io.tapedeck.extraction.Extractor;
import io.tapedeck.ffmpeg.Ffmpeg;
import io.tapedeck.ffmpeg.Limits;
import io.tapedeck.local.FileBlobStore;
import io.tapedeck.local.TableEventBus;
import io.tapedeck.sql.Database;
import io.tapedeck.sql.SqlLedger;
import io.tapedeck.tasks.Backoff;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;

/** The stores of one machine in a folder, and converters that work on them. */
final class ConverterHarness implements AutoCloseable {
  static final Ffmpeg FFMPEG = Ffmpeg.find(Optional.empty(), System.getenv("PATH"));
  static final Duration LEASE = ConverterSettings.defaults("any", 1, Path.of("any")).lease();

  final TurnableClock clock = new TurnableClock(Instant.parse("2026-03-01T12:00:00Z"));
  final AccountId owner = AccountId.at(clock.instant());

  /** Of the disk, in bytes. */
  static final long MARGIN = 1000;

  final Path folder;
  final Ledger ledger;
  LongSupplier room = () -> Long.MAX_VALUE;

  /** What an account may convert; for converters made from now on. */
  Duration audioPerMonth = ConverterSettings.NO_AUDIO_LIMIT;

  /** How scripts in ffmpeg's place are caged, which write and fork; ffmpeg itself always is. */
  CageMode cage = CageMode.OFF;

  /** How a video's file is got; by itself, the store's own. */
  BiFunction<BlobId, Path, Path> fetched;

  final BlobStore blobs;
  final EventBus bus;
  final Database database;
  private final List<Runnable> opened = new ArrayList<>();

  ConverterHarness(Path folder) {
    this.folder = folder;
    database = Database.sqlite(folder.resolve("tapedeck.db"));
    ledger = new SqlLedger(database, clock);
    BlobStore files = new FileBlobStore(folder.resolve("blobs"));
    fetched = files::file;
    blobs = onDisk(files);
    bus =
        new TableEventBus(
            database,
            new TableEventBus.Tries(3, new Backoff(Duration.ofMillis(2), 4, Duration.ofMillis(10))),
            Clock.systemUTC());
  }

  /** On a disk that has {@link #room}, and from which files are {@link #fetched}. */
  private BlobStore onDisk(BlobStore store) {
    return (BlobStore)
        Proxy.newProxyInstance(
            BlobStore.class.getClassLoader(),
            new Class<?>[] {BlobStore.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("room")) {
                return room.getAsLong();
              }
              if (method.getName().equals("file")) {
                return fetched.apply((BlobId) arguments[0], (Path) arguments[1]);
              }
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** A Queued conversion of this file, whose event nobody has told yet. */
  ConversionId stored(Path video) throws IOException {
    return stored(video, ConversionOptions.DEFAULT);
  }

  ConversionId stored(Path video, ConversionOptions options) throws IOException {
    return stored(video, options, owner);
  }

  ConversionId stored(Path video, ConversionOptions options, AccountId whose) throws IOException {
    ConversionId id = ConversionId.at(clock.advance(Duration.ofMillis(1)));
    try (BlobStore.Draft draft = blobs.draft(BlobId.video(id));
        FileChannel from = FileChannel.open(video)) {
      draft.append(from, Files.size(video));
      draft.publish();
    }
    ledger.create(
        id,
        whose,
        new Video("talk.mp4", Files.size(video), BlobId.video(id)),
        options,
        clock.instant().plus(Duration.ofDays(7)));
    return id;
  }

  Converter converter(String worker, Path program) {
    return converter(worker, program, false);
  }

  Converter converter(String worker, Path program, boolean keepVideos) {
    return converter(worker, program, keepVideos, bus);
  }

  Converter converter(String worker, Path program, boolean keepVideos, EventBus other) {
    return converter(worker, program, keepVideos, other, clock);
  }

  /** A converter to which this happens as soon as it has begun to work on a file. */
  Converter crashing(String worker, Throwable error) {
    Path scratch = folder.resolve("scratch-" + worker);
    InstantSource broken =
        () -> {
          if (Objects.requireNonNullElse(scratch.toFile().list(), new String[0]).length > 0) {
            switch (error) {
              case Error e -> throw e;
              case RuntimeException e -> throw e;
              default -> throw new AssertionError(error);
            }
          }
          return clock.instant();
        };
    return converter(worker, FFMPEG.program(), false, bus, broken);
  }

  private Converter converter(
      String worker, Path program, boolean keepVideos, EventBus other, InstantSource time) {
    ConverterSettings settings =
        new ConverterSettings(
            worker,
            2,
            2,
            LEASE,
            Duration.ofSeconds(60),
            Duration.ofMillis(500),
            Limits.GENEROUS,
            folder.resolve("scratch-" + worker),
            Long.MAX_VALUE,
            MARGIN,
            account -> audioPerMonth,
            keepVideos);
    Extractor extractor =
        new Extractor(
            new Ffmpeg(program, Optional.empty())
                .caged(program.equals(FFMPEG.program()) ? CageMode.BEST : cage, Cage.MOST_MEMORY),
            new Engine(Optional.empty()),
            Limits.GENEROUS,
            time);
    Converter converter = new Converter(settings, extractor, ledger, blobs, other);
    opened.add(converter::close);
    return converter;
  }

  Converter converter(String worker) {
    return converter(worker, FFMPEG.program());
  }

  /** Lets a time pass, second by second, while these look for abandoned leases. */
  void pass(Duration time, Janitor... janitors) {
    for (long second = 0; second < time.toSeconds(); second++) {
      clock.advance(Duration.ofSeconds(1));
      for (Janitor janitor : janitors) {
        janitor.look();
      }
    }
  }

  Janitor janitor(String worker, EventBus other) {
    Janitor janitor = new Janitor(JanitorSettings.defaults(worker), ledger, blobs, other, clock);
    opened.add(janitor::close);
    return janitor;
  }

  Janitor janitor(String worker) {
    return janitor(worker, bus);
  }

  /** Takes all events of a queue from now on. */
  Heard hear(EventBus.Queue queue) {
    BlockingQueue<Event.Work> events = new LinkedBlockingQueue<>();
    EventBus.Subscription subscription =
        bus.consume(
            queue,
            1,
            event -> {
              events.add(event);
              return EventBus.Verdict.ACK;
            });
    opened.add(subscription::close);
    return new Heard(events, subscription);
  }

  /** Events in the order they came. */
  record Heard(BlockingQueue<Event.Work> events, EventBus.Subscription subscription) {
    void end() {
      subscription.close();
    }

    /** The next one; waits for it. */
    Event.Work next() throws InterruptedException {
      Event.Work event = events.poll(30, TimeUnit.SECONDS);
      if (event == null) {
        throw new AssertionError("no event came");
      }
      return event;
    }
  }

  /** Events in the table: those that wait, those under way, and the dead. */
  int events() {
    return database.read(
        handle -> handle.select("SELECT COUNT(*) FROM events").mapTo(Integer.class).one());
  }

  Conversion find(ConversionId id) {
    return ledger.find(id).orElseThrow();
  }

  ConversionState.Kind kind(ConversionId id) {
    return find(id).state().kind();
  }

  /** All blobs and drafts of a bucket. */
  List<BlobId> bucket(BlobId.Bucket bucket) {
    List<BlobId> ids = new ArrayList<>();
    blobs.each(bucket, entry -> ids.add(entry.id()));
    return ids;
  }

  /**
   * A program that stands where ffmpeg stands: it writes its process id to {@code pid}, waits until
   * there is a file {@code gate}, and then is ffmpeg.
   */
  Path gated() throws IOException {
    Path script = folder.resolve("gated-ffmpeg");
    Files.writeString(
        script,
        "#!/bin/sh\n[ \"$1\" = -version ] && exec "
            + FFMPEG.program()
            + " -version\necho $$ > "
            + folder.resolve("pid")
            + "\nwhile [ ! -e "
            + folder.resolve("gate")
            + " ]; do sleep 0.01; done\nexec "
            + FFMPEG.program()
            + " \"$@\"\n");
    if (!script.toFile().setExecutable(true)) {
      throw new IOException("not made executable: " + script);
    }
    return script;
  }

  /** A program that is ffmpeg, but keeps the files of these conversions waiting at the gate. */
  Path gatedFor(List<ConversionId> held) throws IOException {
    Path script = folder.resolve("partly-gated-ffmpeg");
    StringBuilder text = new StringBuilder("#!/bin/sh\ncase \"$*\" in\n");
    held.forEach(id -> text.append("*").append(id).append("*) held=1 ;;\n"));
    text.append("esac\nwhile [ -n \"$held\" ] && [ ! -e ")
        .append(folder.resolve("gate"))
        .append(" ]; do sleep 0.01; done\nexec ")
        .append(FFMPEG.program())
        .append(" \"$@\"\n");
    Files.writeString(script, text);
    if (!script.toFile().setExecutable(true)) {
      throw new IOException("not made executable: " + script);
    }
    return script;
  }

  void openGate() throws IOException {
    Files.createFile(folder.resolve("gate"));
  }

  /** The process at the gate; waits until it is there. */
  ProcessHandle atGate() throws IOException {
    Path pid = folder.resolve("pid");
    while (!Files.exists(pid) || !Files.readString(pid).endsWith("\n")) {
      Thread.onSpinWait();
    }
    return ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();
  }

  @Override
  public void close() {
    opened.reversed().forEach(Runnable::run);
    database.close();
  }
}
