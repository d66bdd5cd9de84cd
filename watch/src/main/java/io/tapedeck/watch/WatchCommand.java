package io.tapedeck.watch;

import io.tapedeck.convert.AudioOptions;
import io.tapedeck.convert.Reporter;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.Outage;
import io.tapedeck.extraction.Extractor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tapedeck watch}: converts what comes into a folder, until it is told to end. */
@Command(
    name = "watch",
    description = {
      "Converts what is in a folder, and what comes into it, until it is told to end.",
      "A video is converted once it has stopped growing. It stays where it is; one that cannot be"
          + " converted is moved aside, with the reason in a text file beside it."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {"0:told to end", "1:it could not begin", "2:wrong usage"})
public final class WatchCommand implements Callable<Integer> {
  private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);

  /** Listings take at most this part of the time. */
  private static final int PART_OF_TIME = 20;

  @Parameters(paramLabel = "DIR", description = "The folder to watch.")
  private Path in = Path.of("");

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description = "The folder for the MP3s. Default: beside the videos.")
  private @Nullable Path out;

  @Option(
      names = {"-r", "--recursive"},
      description = "Watch the folders in it too. The output gets the same folders.")
  private boolean recursive;

  @Option(
      names = "--failed",
      paramLabel = "DIR",
      description = "Where videos go that cannot be converted. Default: failed in the folder.")
  private @Nullable Path failed;

  @Option(
      names = "--move-done",
      paramLabel = "DIR",
      description = "Move videos there that were converted. Default: they stay.")
  private @Nullable Path done;

  @Option(
      names = "--settle",
      paramLabel = "SECONDS",
      description = "A video is whole when it has not changed for so long. Default: 5.")
  private double settle = 5;

  @Mixin private final AudioOptions audio = new AudioOptions();

  @Override
  public Integer call() {
    ConversionOptions options = audio.checked(audio::oneMp3);
    WatchFolders folders = audio.checked(this::folders);
    Extractor extractor = AudioOptions.extractor();
    WatchJournal journal =
        WatchJournal.open(folders.out(), file -> Files.exists(folders.in().resolve(file)));
    folders.tidy();
    Reporter reporter = new Reporter(audio, extractor.tools(), false, List.of());
    WatchConversions conversions =
        new WatchConversions(extractor, options, audio, folders, journal, reporter);
    Watcher watcher =
        new Watcher(
            folders,
            journal,
            conversions,
            reporter,
            Duration.ofMillis(Math.round(settle * 1000)),
            audio.jobs());
    reporter.note("watching " + folders.in() + "; MP3s go to " + folders.out());
    watch(watcher);
    return 0;
  }

  private WatchFolders folders() {
    if (!Files.isDirectory(in)) {
      throw new IllegalArgumentException(in + " is no folder; make it, or name another");
    }
    if (!(settle >= 0 && settle <= 3600)) {
      throw new IllegalArgumentException("--settle is 0 to 3600 seconds");
    }
    Path to = out == null ? in : out;
    try {
      Files.createDirectories(Files.exists(to) ? to.toRealPath() : to);
    } catch (IOException e) {
      throw new Outage("the folder " + to + " cannot be made: " + Outage.reason(e), e);
    }
    Path aside = failed == null ? in.resolve("failed") : failed;
    return new WatchFolders(in, to, aside, Optional.ofNullable(done), recursive);
  }

  /** Looks until a signal comes. The process then ends with 0: a service that was told to end. */
  private static void watch(Watcher watcher) {
    CountDownLatch end = new CountDownLatch(1);
    Thread hook =
        new Thread(
            () -> {
              end.countDown();
              watcher.close();
              System.out.flush();
              Runtime.getRuntime().halt(0);
            },
            "end");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      long interval;
      do {
        long begun = System.nanoTime();
        watcher.look(Duration.ofNanos(begun));
        interval =
            Math.max(SHORTEST_INTERVAL.toNanos(), PART_OF_TIME * (System.nanoTime() - begun));
      } while (!end.await(interval, TimeUnit.NANOSECONDS));
      hook.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error defect) {
      Runtime.getRuntime().removeShutdownHook(hook);
      watcher.close();
      throw defect;
    }
  }
}
