package io.tapedeck.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.contracts.JsonSchema;
import io.tapedeck.contracts.Media;
import io.tapedeck.convert.AudioOptions;
import io.tapedeck.convert.ConvertCommand;
import io.tapedeck.convert.Leftovers;
import io.tapedeck.convert.Reporter;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.Outage;
import io.tapedeck.extraction.Engine;
import io.tapedeck.extraction.Extractor;
import io.tapedeck.ffmpeg.Ffmpeg;
import io.tapedeck.ffmpeg.Limits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class WatcherTest {
  private static final Duration SETTLE = Duration.ofSeconds(5);

  @TempDir private Path temporary;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final PrintStream realOut = System.out;
  private final PrintStream realErr = System.err;
  private Path in;
  private Path mp3s;
  private Path clip;
  private Optional<Path> done = Optional.empty();
  private Runnable atWork = () -> {};
  private Duration now = Duration.ofDays(1);

  @BeforeEach
  void makeFolders() throws IOException {
    in = Files.createDirectories(temporary.resolve("in"));
    mp3s = Files.createDirectories(temporary.resolve("out"));
    clip = Media.audio(temporary.resolve("clip.m4a"), 1);
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void giveStreamsBack() {
    System.setOut(realOut);
    System.setErr(realErr);
    JsonSchema.beside(ConvertCommand.class, "result.schema.json")
        .requireValid(out.toString(StandardCharsets.UTF_8));
  }

  private WatchFolders folders() {
    return new WatchFolders(in, mp3s, in.resolve("failed"), done, true);
  }

  private Watcher start() {
    AudioOptions audio = new AudioOptions();
    new CommandLine(audio).parseArgs("--json", "--threads", "2");
    Extractor extractor =
        new Extractor(
            Ffmpeg.find(Optional.empty(), System.getenv("PATH")),
            new Engine(Optional.empty()),
            Limits.GENEROUS,
            () -> {
              atWork.run();
              return Instant.now();
            });
    WatchFolders folders = folders();
    WatchJournal journal = WatchJournal.open(mp3s, file -> Files.exists(in.resolve(file)));
    folders.tidy();
    Reporter reporter = new Reporter(audio, extractor.tools(), false, List.of());
    WatchConversions conversions =
        new WatchConversions(
            extractor, ConversionOptions.DEFAULT, audio, folders, journal, reporter);
    return new Watcher(folders, journal, conversions, reporter, SETTLE, 2);
  }

  private void look(Watcher watcher, int seconds) {
    now = now.plusSeconds(seconds);
    watcher.look(now);
    while (!watcher.isIdle()) {
      Thread.onSpinWait();
    }
  }

  /** Runs from a start to an end, for as long as a damaged file needs. */
  private void run() {
    try (Watcher watcher = start()) {
      for (int i = 0; i < 6; i++) {
        look(watcher, 5);
      }
    }
  }

  private Path clip(String name) throws IOException {
    Path to = in.resolve(name);
    Files.createDirectories(to.getParent());
    return Files.copy(clip, to, StandardCopyOption.REPLACE_EXISTING);
  }

  private static List<String> tree(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .filter(name -> !name.startsWith(".tapedeck-watch"))
          .sorted()
          .toList();
    }
  }

  private long lines(String state) {
    return out.toString(StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.contains("\"state\":\"" + state + "\""))
        .count();
  }

  @Test
  void aVideoIsConvertedOnceItHasStoppedGrowing() throws IOException {
    byte[] all = Files.readAllBytes(clip);
    Path slow = in.resolve("sub/slow é.mp4");
    Files.createDirectories(slow.getParent());
    try (Watcher watcher = start()) {
      for (int i = 1; i <= 4; i++) {
        Files.write(slow, Arrays.copyOf(all, all.length * i / 4));
        look(watcher, 4);
        assertThat(tree(mp3s)).isEmpty();
      }
      Path hidden = Files.copy(clip, in.resolve(".new.mp4.x7Gh"));
      look(watcher, 5);
      assertThat(tree(mp3s)).containsExactly("sub/slow é.mp3");
      Files.move(hidden, in.resolve("new.mp4"));
      Files.createLink(in.resolve("linked.mp4"), clip);
      look(watcher, 1);
      assertThat(tree(mp3s)).hasSize(1);
      look(watcher, 5);
      look(watcher, 5);
    }
    assertThat(tree(mp3s)).containsExactly("linked.mp3", "new.mp3", "sub/slow é.mp3");
    assertThat(lines("ready")).isEqualTo(3);
  }

  @Test
  void nothingIsDoneTwiceAfterARestartAndAnOverwrittenVideoIsConvertedAgain() throws IOException {
    clip("a.mp4");
    clip("b.mp4");
    run();
    Files.delete(mp3s.resolve("a.mp3")); // somebody took it
    run();
    assertThat(tree(mp3s)).containsExactly("b.mp3");
    assertThat(lines("ready")).isEqualTo(2);

    FileTime before = Files.getLastModifiedTime(mp3s.resolve("b.mp3"));
    Media.audio(in.resolve("b.mp4"), 2);
    run();
    assertThat(lines("ready")).isEqualTo(3);
    assertThat(Files.getLastModifiedTime(mp3s.resolve("b.mp3"))).isGreaterThan(before);
    assertThat(tree(mp3s)).containsExactly("b.mp3");
  }

  @Test
  void whatWasPublishedAtTheMomentOfAKillIsDoneAndWhatWasNotIsDoneAgain() throws IOException {
    Path published = clip("published.mp4");
    Path made = clip("made.mp4");
    Path part = Leftovers.name(mp3s.resolve("made.mp3"));
    Files.copy(clip, part);
    try (WatchJournal journal = WatchJournal.open(mp3s, any -> true)) {
      journal.put(publishing(published, ".tapedeck-1-1f.part"));
      journal.put(publishing(made, part.getFileName().toString()));
    }
    Path journal = mp3s.resolve(".tapedeck-watch.jsonl");
    Files.writeString(journal, Files.readString(journal) + "{\"file\":\"half a li");

    run();

    assertThat(lines("ready")).isEqualTo(1);
    assertThat(tree(mp3s)).containsExactly("made.mp3");
  }

  private static WatchJournal.Entry publishing(Path video, String part) throws IOException {
    String name = video.getFileName().toString();
    return new WatchJournal.Entry(
        name,
        Files.size(video),
        Files.getLastModifiedTime(video).toMillis(),
        WatchJournal.Step.PUBLISHING,
        name.replace(".mp4", ".mp3"),
        part,
        0);
  }

  @Test
  void aVideoThatCannotBeConvertedIsMovedAsideWithTheReason() throws IOException {
    Path bad = in.resolve("sub/bad.mp4");
    Files.createDirectories(bad.getParent());
    Files.writeString(bad, "no video");

    run();
    assertThat(tree(in)).containsExactly("failed/sub/bad.mp4", "failed/sub/bad.mp4.txt");
    assertThat(in.resolve("failed/sub/bad.mp4")).hasContent("no video");
    assertThat(in.resolve("failed/sub/bad.mp4.txt")).content().contains("it is a text file");
    Files.writeString(bad, "another that is no video");
    run();

    assertThat(lines("failed")).isEqualTo(2);
    assertThat(tree(in))
        .containsExactly(
            "failed/sub/bad (2).mp4",
            "failed/sub/bad (2).mp4.txt",
            "failed/sub/bad.mp4",
            "failed/sub/bad.mp4.txt");
    Files.copy(clip, in.resolve("failed/sub/bad.mp4"), StandardCopyOption.REPLACE_EXISTING);
    Files.move(in.resolve("failed/sub/bad.mp4"), bad);
    run();
    assertThat(tree(mp3s)).containsExactly("sub/bad.mp3");
  }

  @Test
  void aVideoAtWhichTheProcessEndedAgainAndAgainIsMovedAside() throws IOException {
    Path video = clip("poison.mp4");
    WatchJournal.Entry begun =
        new WatchJournal.Entry(
            "poison.mp4",
            Files.size(video),
            Files.getLastModifiedTime(video).toMillis(),
            WatchJournal.Step.BEGUN,
            "poison.mp3",
            "",
            20);
    try (WatchJournal journal = WatchJournal.open(mp3s, any -> true)) {
      journal.put(begun);
    }

    run();

    assertThat(tree(in)).containsExactly("failed/poison.mp4", "failed/poison.mp4.txt");
    assertThat(tree(mp3s)).isEmpty();
    assertThat(lines("failed")).isEqualTo(1);
  }

  @Test
  void aDamagedVideoIsNotMovedWhileItMayStillBeOnItsWay() throws IOException {
    byte[] all = Files.readAllBytes(clip);
    Path slow = Files.write(in.resolve("slow.mp4"), Arrays.copyOf(all, all.length / 2));
    try (Watcher watcher = start()) {
      look(watcher, 0);
      look(watcher, 6);
      look(watcher, 1);
      assertThat(slow).exists();
      Files.write(slow, all);
      look(watcher, 1);
      look(watcher, 9);
    }
    assertThat(tree(mp3s)).containsExactly("slow.mp3");
    assertThat(lines("failed")).isZero();
    assertThat(lines("ready")).isEqualTo(1);
  }

  @Test
  void aVideoThatIsRemovedWhileItIsConvertedLeavesALineAndNothingElse() throws IOException {
    Path video = clip("gone.mp4");
    atWork = () -> video.toFile().delete();

    run();

    assertThat(lines("failed")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("removed while it was converted");
    assertThat(tree(mp3s)).isEmpty();
    assertThat(tree(in)).isEmpty();
  }

  @Test
  void aVideoThatChangesWhileItIsConvertedIsConvertedAsItIsThen() throws IOException {
    Path video = clip("a.mp4");
    Path other = Media.audio(temporary.resolve("other.m4a"), 3);
    boolean[] moved = new boolean[1];
    atWork =
        () -> {
          if (!moved[0]) {
            moved[0] = true;
            assertThat(other.toFile().renameTo(video.toFile())).isTrue();
          }
        };

    run();

    assertThat(lines("ready")).isEqualTo(1);
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("\"duration\":3.");
    assertThat(tree(mp3s)).containsExactly("a.mp3");
  }

  @Test
  void noMp3IsReplacedThatIsNotItsOwn() throws IOException {
    Files.writeString(mp3s.resolve("mine.mp3"), "mine");
    clip("mine.mp4");
    clip("a.mp4");
    run();
    clip("a.webm");
    run();

    assertThat(mp3s.resolve("mine.mp3")).hasContent("mine");
    assertThat(tree(mp3s)).containsExactly("a.mp3", "a.webm.mp3", "mine.mp3");
    assertThat(lines("skipped")).isEqualTo(1);
    assertThat(lines("ready")).isEqualTo(2);
  }

  @Test
  void videosThatAreMovedAwayMayComeAgainUnderTheSameName() throws IOException {
    done = Optional.of(temporary.resolve("done"));
    for (int seconds = 1; seconds <= 3; seconds++) {
      Media.audio(in.resolve("IMG_1.mp4"), seconds);
      run();
    }

    assertThat(tree(in)).isEmpty();
    assertThat(tree(done.get())).containsExactly("IMG_1 (2).mp4", "IMG_1 (3).mp4", "IMG_1.mp4");
    assertThat(tree(mp3s)).hasSize(3).contains("IMG_1.mp3");
  }

  @Test
  void mp3sMayStandBesideTheirVideos() throws IOException {
    mp3s = in;
    clip("a.mp4");

    run();
    run();

    assertThat(tree(in)).containsExactly("a.mp3", "a.mp4");
    assertThat(lines("ready")).isEqualTo(1);
  }

  @Test
  void oneWatchAtATimeWritesToAFolder() throws IOException {
    try (Watcher first = start()) {
      assertThat(first.isIdle()).isTrue();
      assertThatThrownBy(this::start)
          .isInstanceOf(Outage.class)
          .hasMessageContaining("another tapedeck watch");
    }
    run();
  }

  @Test
  void anOutputThatIsGoneLosesNothing() throws IOException {
    clip("a.mp4");
    try (Watcher watcher = start()) {
      Path away = Files.move(mp3s, temporary.resolve("away"));
      look(watcher, 0);
      look(watcher, 5);
      assertThat(err.toString(StandardCharsets.UTF_8)).contains("is gone; bring it back");
      assertThat(mp3s).doesNotExist();
      Files.move(away, mp3s);
      look(watcher, 5);
      assertThat(tree(mp3s)).isEmpty();
      look(watcher, 6);
    }
    assertThat(tree(mp3s)).containsExactly("a.mp3");
    assertThat(tree(in)).containsExactly("a.mp4");
  }
}
