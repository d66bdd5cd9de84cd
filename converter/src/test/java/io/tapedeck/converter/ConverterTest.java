package io.tapedeck.converter;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.cage.CageMode;
import io.tapedeck.contracts.Media;
import io.tapedeck.core.BlobId;
import io.tapedeck.core.BlobId.Bucket;
import io.tapedeck.core.Code;
import io.tapedeck.core.Component.Health;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.ConversionState;
import io.tapedeck.core.ConversionState.Kind;
import io.tapedeck.core.Event;
import io.tapedeck.core.EventBus;
import io.tapedeck.core.EventBus.Queue;
import io.tapedeck.core.EventBus.Verdict;
import io.tapedeck.core.Move;
import io.tapedeck.core.Quality;
import io.tapedeck.local.TableEventBus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ConverterTest {
  @TempDir Path folder;
  private ConverterHarness house;

  @BeforeEach
  void open() {
    house = new ConverterHarness(folder);
  }

  @AfterEach
  void close() throws Exception {
    house.close();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path scratch :
          files.filter(f -> f.getFileName().toString().startsWith("scratch-")).toList()) {
        assertThat(scratch).isEmptyDirectory();
      }
    }
  }

  @Test
  void aStoredVideoBecomesReadyAndGoes() throws Exception {
    List<Event.Notice> notices = new CopyOnWriteArrayList<>();
    ConversionId id = house.stored(clip());
    house.bus.listen(notices::add);
    assertThat(house.converter("a").handle(new Event.VideoStored(id))).isEqualTo(Verdict.ACK);
    assertThat(house.find(id).state())
        .isInstanceOfSatisfying(
            ConversionState.Ready.class,
            ready -> {
              assertThat(ready.mp3().blob()).isEqualTo(BlobId.mp3(id, 1));
              assertThat(ready.mp3().duration().toMillis()).isBetween(1990L, 2040L);
              assertThat(house.blobs.size(ready.mp3().blob())).contains(ready.mp3().size());
            });
    assertThat(house.hear(Queue.MP3).next()).isEqualTo(new Event.Mp3Ready(id));
    assertThat(notices).contains(new Event.Changed(id, house.owner)).hasSizeGreaterThan(1);
    assertThat(house.bucket(Bucket.VIDEOS)).isEmpty();
  }

  @Test
  void videosStayWhereThatIsWished() throws Exception {
    ConversionId id = house.stored(clip());
    house.converter("a", ConverterHarness.FFMPEG.program(), true).handle(new Event.VideoStored(id));
    assertThat(house.bucket(Bucket.VIDEOS)).containsExactly(BlobId.video(id));
  }

  @Test
  void aBadFileFailsWithItsReasonAndTheNextOneIsConverted() throws Exception {
    Path text = Files.writeString(folder.resolve("a.txt"), "not a video");
    ConversionId bad = house.stored(text);
    ConversionId good = house.stored(clip());
    Converter converter = house.converter("a");
    assertThat(converter.handle(new Event.VideoStored(bad))).isEqualTo(Verdict.ACK);
    assertThat(converter.handle(new Event.VideoStored(good))).isEqualTo(Verdict.ACK);
    assertThat(house.find(bad).state())
        .isInstanceOfSatisfying(
            ConversionState.Failed.class,
            failed -> assertThat(failed.problem().code()).isEqualTo(Code.UNSUPPORTED_CONTAINER));
    assertThat(house.kind(good)).isEqualTo(Kind.READY);
    ConverterHarness.Heard heard = house.hear(Queue.MP3);
    assertThat(heard.next()).isEqualTo(new Event.ConversionFailed(bad));
    assertThat(heard.next()).isEqualTo(new Event.Mp3Ready(good));
    assertThat(house.bucket(Bucket.MP3S)).containsExactly(BlobId.mp3(good, 1));
  }

  @Test
  void eventsThatCameTwiceOrTooLateDoNothing() throws Exception {
    ConversionId taken = house.stored(clip());
    house.ledger.claim(taken, "other", Duration.ofMinutes(1));
    ConversionId unknown = ConversionId.at(house.clock.instant());
    Converter converter = house.converter("a");
    assertThat(converter.handle(new Event.VideoStored(taken))).isEqualTo(Verdict.ACK);
    assertThat(converter.handle(new Event.VideoStored(unknown))).isEqualTo(Verdict.ACK);
    assertThat(house.find(taken).attempt()).isEqualTo(1);
    assertThat(house.bucket(Bucket.MP3S)).isEmpty();
  }

  /** Whether or not the other has taken the video away meanwhile. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aLateFinisherIsRefusedAndItsMp3Deleted(boolean videoStays) throws Exception {
    ConversionId id = house.stored(clip());
    Converter late = house.converter("late", house.gated());
    var running = CompletableFuture.supplyAsync(() -> late.handle(new Event.VideoStored(id)));
    house.atGate();
    house.pass(ConverterHarness.LEASE.plusSeconds(1), house.janitor("j"));
    Converter quick = house.converter("quick", ConverterHarness.FFMPEG.program(), videoStays);
    assertThat(quick.handle(new Event.VideoStored(id))).isEqualTo(Verdict.ACK);
    house.openGate();
    assertThat(running.get()).isEqualTo(Verdict.ACK);
    assertThat(house.find(id).state())
        .isInstanceOfSatisfying(
            ConversionState.Ready.class,
            ready -> assertThat(ready.mp3().blob()).isEqualTo(BlobId.mp3(id, 2)));
    assertThat(house.bucket(Bucket.MP3S)).containsExactly(BlobId.mp3(id, 2));
  }

  @Test
  void aRefusedRenewalKillsTheChild() throws Exception {
    ConversionId id = house.stored(clip());
    Converter converter = house.converter("a", house.gated());
    var running = CompletableFuture.supplyAsync(() -> converter.handle(new Event.VideoStored(id)));
    ProcessHandle child = house.atGate();
    house.pass(ConverterHarness.LEASE.plusSeconds(1), house.janitor("j"));
    assertThat(house.kind(id)).isEqualTo(Kind.QUEUED);
    converter.tick();
    assertThat(running.get()).isEqualTo(Verdict.ACK);
    child.onExit().get(20, TimeUnit.SECONDS);
    assertThat(house.kind(id)).isEqualTo(Kind.QUEUED);
  }

  @Test
  void theLeaseIsRenewedAfterAQuarterOfIt() throws Exception {
    ConversionId id = house.stored(clip());
    Converter converter = house.converter("a", house.gated());
    var running = CompletableFuture.supplyAsync(() -> converter.handle(new Event.VideoStored(id)));
    house.atGate();
    var first = lease(id);
    house.clock.advance(ConverterHarness.LEASE.dividedBy(4).minusMillis(1));
    converter.tick();
    assertThat(lease(id)).isEqualTo(first);
    house.clock.advance(Duration.ofMillis(1));
    converter.tick();
    assertThat(lease(id).until()).isEqualTo(house.clock.instant().plus(ConverterHarness.LEASE));
    house.openGate();
    assertThat(running.get()).isEqualTo(Verdict.ACK);
    assertThat(house.kind(id)).isEqualTo(Kind.READY);
  }

  @Test
  void whatDoesNotMoveIsEndedAsStalled() throws Exception {
    ConversionId id = house.stored(clip());
    Converter converter = house.converter("a", house.gated());
    var running = CompletableFuture.supplyAsync(() -> converter.handle(new Event.VideoStored(id)));
    ProcessHandle child = house.atGate();
    for (int i = 0; i < 7; i++) {
      assertThat(running).isNotDone();
      house.clock.advance(Duration.ofSeconds(9));
      converter.tick();
    }
    assertThat(running.get()).isEqualTo(Verdict.ACK);
    assertThat(house.find(id).state())
        .isInstanceOfSatisfying(
            ConversionState.Failed.class,
            failed -> assertThat(failed.problem().code()).isEqualTo(Code.CONVERSION_STALLED));
    child.onExit().get(20, TimeUnit.SECONDS);
  }

  @Test
  void cancellingKillsTheChildAtOnce() throws Exception {
    ConversionId id = house.stored(clip());
    Converter converter = house.converter("a", house.gated());
    converter.start();
    house.bus.publish(new Event.VideoStored(id));
    ProcessHandle child = house.atGate();
    house.ledger.cancel(id);
    house.bus.tell(new Event.Stopped(id, house.owner));
    child.onExit().get(20, TimeUnit.SECONDS);
    converter.close();
    assertThat(house.kind(id)).isEqualTo(Kind.CANCELLED);
    assertThat(house.bucket(Bucket.MP3S)).isEmpty();
    assertThat(house.bucket(Bucket.VIDEOS)).isEmpty();
  }

  @Test
  void aConverterThatStopsHandsBackAndAnotherTakesOver() throws Exception {
    ConversionId id = house.stored(clip());
    Converter stopping = house.converter("a", house.gated());
    stopping.start();
    house.bus.publish(new Event.VideoStored(id));
    ProcessHandle child = house.atGate();
    stopping.close();
    assertThat(child.isAlive()).isFalse();
    assertThat(house.kind(id)).isEqualTo(Kind.QUEUED);
    ConverterHarness.Heard heard = house.hear(Queue.MP3);
    house.converter("b").start();
    assertThat(heard.next()).isEqualTo(new Event.Mp3Ready(id));
    assertThat(house.find(id).attempt()).isEqualTo(2);
  }

  @Test
  void ourOwnFaultIsTriedAgainAndEndsWithItsReason() throws Exception {
    ConversionId id = house.stored(clip());
    Path scratch = Files.createFile(folder.resolve("scratch-a"));
    Converter broken = house.converter("a");
    assertThat(broken.handle(new Event.VideoStored(id))).isEqualTo(Verdict.RETRY);
    assertThat(house.kind(id)).isEqualTo(Kind.QUEUED);
    ConverterHarness.Heard heard = house.hear(Queue.MP3);
    broken.start();
    house.bus.publish(new Event.VideoStored(id));
    assertThat(heard.next()).isEqualTo(new Event.ConversionFailed(id));
    assertThat(house.find(id).state())
        .isInstanceOfSatisfying(
            ConversionState.Failed.class,
            failed -> assertThat(failed.problem().detail()).contains("scratch folder"));
    broken.close();
    Files.delete(scratch);
  }

  static Stream<String> unfitPrograms() {
    return Stream.of(
        "#!/bin/sh\necho 'ffmpeg version 4.4.2 Copyright (c) 2000-2021'\n",
        "#!/bin/sh\necho 'error while loading shared libraries: libavdevice.so.59'\nexit 127\n",
        "no program\n");
  }

  @ParameterizedTest
  @MethodSource("unfitPrograms")
  void videosWaitWhileFfmpegIsUnfitAndAreConvertedOnceItIsMended(String script) throws Exception {
    Path program = program(script);
    ConversionId id = house.stored(clip());
    Converter converter = house.converter("a", program);
    ConverterHarness.Heard heard = house.hear(Queue.MP3);
    converter.start();
    house.bus.publish(new Event.VideoStored(id));
    Health down = awaitDown(converter);
    assertThat(down.toString()).contains("install ffmpeg 5.1 or newer");
    assertThat(house.kind(id)).isEqualTo(Kind.QUEUED);
    assertThat(house.events()).as("the event waits, untouched").isEqualTo(1);

    program("#!/bin/sh\nexec " + ConverterHarness.FFMPEG.program() + " \"$@\"\n");
    house.clock.advance(Duration.ofSeconds(6));
    assertThat(heard.next()).isEqualTo(new Event.Mp3Ready(id));
    assertThat(house.find(id).attempt()).isEqualTo(1);
    assertThat(converter.check()).isEqualTo(Health.up());
  }

  @Test
  void aConverterWhoseFfmpegGoesTakesNoMoreVideosUntilItIsBack() throws Exception {
    Path program = program("#!/bin/sh\nexec " + ConverterHarness.FFMPEG.program() + " \"$@\"\n");
    EventBus patient =
        new TableEventBus(house.database, TableEventBus.Tries.DEFAULT, Clock.systemUTC());
    Converter converter = house.converter("a", program, false, patient);
    ConverterHarness.Heard heard = house.hear(Queue.MP3);
    converter.start();
    ConversionId first = house.stored(clip());
    patient.publish(new Event.VideoStored(first));
    assertThat(heard.next()).isEqualTo(new Event.Mp3Ready(first));

    Path aside = Files.move(program, folder.resolve("aside"));
    ConversionId second = house.stored(clip());
    patient.publish(new Event.VideoStored(second));
    assertThat(awaitDown(converter).toString()).contains("does not start");
    Files.move(aside, program);
    house.clock.advance(Duration.ofSeconds(6));
    assertThat(heard.next()).isEqualTo(new Event.Mp3Ready(second));
    // A delivery that began before the look may have converted it, so the next look may be to come.
    while (converter.check() instanceof Health.Down) {
      Thread.onSpinWait();
    }
  }

  @Test
  void videosWaitWhereTheRequiredCageCanNotBeHad() throws Exception {
    Path program = program("#!/bin/sh\nexec " + ConverterHarness.FFMPEG.program() + " \"$@\"\n");
    ConversionId id = house.stored(clip());
    house.cage = CageMode.REQUIRED;
    Converter converter = house.converter("a", program);
    converter.start();
    house.bus.publish(new Event.VideoStored(id));
    assertThat(awaitDown(converter).toString()).contains("files", "set converter.cage to best");
    assertThat(converter.cage().check().toString()).contains("system calls");
    assertThat(house.kind(id)).isEqualTo(Kind.QUEUED);
  }

  private Path program(String script) throws Exception {
    Path fresh = Files.writeString(folder.resolve("fresh"), script);
    assertThat(fresh.toFile().setExecutable(true)).isTrue();
    return Files.move(fresh, folder.resolve("some-ffmpeg"), StandardCopyOption.REPLACE_EXISTING);
  }

  private static Health awaitDown(Converter converter) {
    while (converter.check() instanceof Health.Up) {
      Thread.onSpinWait();
    }
    return converter.check();
  }

  private static final long EIGHT_MB = 8L << 20;

  @Test
  void aConversionWaitsForRoomAndIsDoneWhenThereIsSome() throws Exception {
    ConversionId id = house.stored(clip());
    Converter converter = house.converter("a");
    for (long room :
        new long[] {0, ConverterHarness.MARGIN, ConverterHarness.MARGIN + EIGHT_MB - 1}) {
      house.room = () -> room;
      assertThat(converter.handle(new Event.VideoStored(id))).isEqualTo(Verdict.RETRY);
      assertThat(house.kind(id)).isEqualTo(Kind.QUEUED);
      assertThat(house.bucket(Bucket.MP3S)).isEmpty();
      assertThat(folder.resolve("scratch-a")).isEmptyDirectory();
    }
    house.room = () -> ConverterHarness.MARGIN + EIGHT_MB;
    assertThat(converter.handle(new Event.VideoStored(id))).isEqualTo(Verdict.ACK);
    assertThat(house.kind(id)).isEqualTo(Kind.READY);
  }

  @Test
  void aConversionStopsOnItsWayBeforeTheMarginAndLeavesNothing() throws Exception {
    Path noise = folder.resolve("noise.wav");
    Media.make(noise, "-f", "lavfi", "-i", "anoisesrc=d=150:r=44100");
    ConversionOptions largest = ConversionOptions.DEFAULT.withQuality(new Quality.Cbr(320));
    ConversionId id = house.stored(noise, largest);
    List<Long> asked = new ArrayList<>();
    house.room =
        () -> {
          asked.add(0L);
          return asked.size() < 3 ? Long.MAX_VALUE : ConverterHarness.MARGIN + 1;
        };
    assertThat(house.converter("a").handle(new Event.VideoStored(id))).isEqualTo(Verdict.RETRY);
    assertThat(asked).as("before, at the beginning, after some MB").hasSize(3);
    assertThat(house.kind(id)).isEqualTo(Kind.QUEUED);
    assertThat(house.bucket(Bucket.MP3S)).isEmpty();
    assertThat(folder.resolve("scratch-a")).isEmptyDirectory();
  }

  static Stream<Throwable> unforeseenErrors() {
    return Stream.of(new IllegalArgumentException("Negative position"), new StackOverflowError());
  }

  @ParameterizedTest
  @MethodSource("unforeseenErrors")
  void afterThreeUnforeseenErrorsAConversionHasFailed(Throwable error) throws Exception {
    ConversionId id = house.stored(clip());
    Converter broken = house.crashing("a", error);
    Janitor janitor = house.janitor("j");
    for (int strike = 1; strike < 3; strike++) {
      assertThat(broken.handle(new Event.VideoStored(id))).isEqualTo(Verdict.RETRY);
      assertThat(house.kind(id)).isEqualTo(Kind.QUEUED);
      house.clock.advance(Duration.ofMinutes(5));
      janitor.round();
      assertThat(house.events()).as("the event under way comes again by itself").isZero();
    }
    assertThat(broken.handle(new Event.VideoStored(id))).isEqualTo(Verdict.ACK);
    assertThat(house.find(id).state())
        .isInstanceOfSatisfying(
            ConversionState.Failed.class,
            failed -> {
              assertThat(failed.problem().code()).isEqualTo(Code.CONVERTER_CRASHED);
              assertThat(failed.problem().detail())
                  .contains("3 attempts")
                  .doesNotContain("Exception", "Error", "java");
            });
    assertThat(house.hear(Queue.MP3).next()).isEqualTo(new Event.ConversionFailed(id));
  }

  @Test
  void aConversionThatCrashesEachTimeHasOneEventAtMostAndNoneInTheEnd() throws Exception {
    ConversionId id = house.stored(clip());
    Converter broken = house.crashing("a", new IllegalStateException("odd"));
    ConverterHarness.Heard heard = house.hear(Queue.MP3);
    house.bus.publish(new Event.VideoStored(id));
    house.bus.publish(new Event.VideoStored(id));
    assertThat(house.events()).isEqualTo(1);
    broken.start();
    assertThat(heard.next()).isEqualTo(new Event.ConversionFailed(id));
    broken.close(); // waits for deliveries under way
    house.close();
    house = new ConverterHarness(folder);
    assertThat(house.find(id).attempt()).isEqualTo(3);
    assertThat(house.events()).isZero();
  }

  @Test
  void anEventThatWasLostAfterAFaultOfOursIsToldAgainLater() throws Exception {
    ConversionId id = house.stored(clip());
    Converter broken = house.converter("a", folder.resolve("no-ffmpeg"));
    Janitor janitor = house.janitor("j");
    for (int i = 0; i < 5; i++) {
      assertThat(broken.handle(new Event.VideoStored(id))).isEqualTo(Verdict.RETRY);
      house.clock.advance(Duration.ofMinutes(6));
      janitor.round();
      assertThat(house.events()).isZero();
    }
    house.clock.advance(Duration.ofMinutes(6));
    janitor.round();
    assertThat(house.events()).isEqualTo(1);
  }

  @Test
  void whatWaitedWhenTheMinutesWereUsedUpIsNotConverted() throws Exception {
    house.audioPerMonth = Duration.ofSeconds(1);
    ConversionId first = house.stored(clip());
    ConversionId second = house.stored(clip());
    Converter converter = house.converter("a");
    assertThat(converter.handle(new Event.VideoStored(first))).isEqualTo(Verdict.ACK);
    assertThat(converter.handle(new Event.VideoStored(second))).isEqualTo(Verdict.ACK);
    assertThat(house.kind(first)).isEqualTo(Kind.READY);
    assertThat(house.find(second).state())
        .isInstanceOfSatisfying(
            ConversionState.Failed.class,
            failed -> assertThat(failed.problem().code()).isEqualTo(Code.QUOTA_EXCEEDED));
  }

  @Test
  void aVideoWhoseBytesAreGoneFails() throws Exception {
    ConversionId id = house.stored(clip());
    house.blobs.delete(BlobId.video(id));
    assertThat(house.converter("a").handle(new Event.VideoStored(id))).isEqualTo(Verdict.ACK);
    assertThat(house.kind(id)).isEqualTo(Kind.FAILED);
  }

  @Test
  void manyAreConvertedSideBySideWhateverBecomesOfEach() throws Exception {
    Path clip = clip();
    Path text = Files.writeString(folder.resolve("a.txt"), "not a video");
    List<ConversionId> ids = new ArrayList<>();
    ConverterHarness.Heard heard = house.hear(Queue.MP3);
    house.converter("a").start();
    house.converter("b").start();
    for (int i = 0; i < 12; i++) {
      ids.add(house.stored(i % 4 == 1 ? text : clip));
      house.bus.publish(new Event.VideoStored(ids.getLast()));
      house.bus.publish(new Event.VideoStored(ids.getLast()));
    }
    List<Event.Work> ends = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      ends.add(heard.next());
    }
    assertThat(ends).doesNotHaveDuplicates();
    for (int i = 0; i < 12; i++) {
      assertThat(house.kind(ids.get(i))).isEqualTo(i % 4 == 1 ? Kind.FAILED : Kind.READY);
      assertThat(house.find(ids.get(i)).attempt()).isEqualTo(1);
    }
    assertThat(house.bucket(Bucket.MP3S)).hasSize(9);
  }

  @Test
  void aConversionThatIsNotQueuedIsNotGivenUp() throws Exception {
    ConversionId id = house.stored(clip());
    assertThat(house.ledger.claim(id, "other", Duration.ofMinutes(1)))
        .isInstanceOf(Move.Done.class);
    house.converter("a").dead(new Event.VideoStored(id));
    assertThat(house.kind(id)).isEqualTo(Kind.CONVERTING);
  }

  private io.tapedeck.core.Lease lease(ConversionId id) {
    return ((ConversionState.Converting) house.find(id).state()).lease();
  }

  private Path clip() {
    return Media.video(folder.resolve("clip.mp4"), 2);
  }
}
