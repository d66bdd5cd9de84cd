package io.tapedeck.extraction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.core.ConversionOptions;
import io.tapedeck.ffmpeg.Ffmpeg;
import io.tapedeck.ffmpeg.Limits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An extraction that is ended from outside leaves no process and no file. */
@Timeout(60)
class StopTest {
  @TempDir Path folder;

  @Test
  void stoppingKillsTheChildAndRunThrowsTheReason() throws Exception {
    Path script = sleeper();
    Extraction extraction = slow(script);
    Path out = folder.resolve("out.mp3");
    CompletableFuture<Extracted> running = CompletableFuture.supplyAsync(() -> extraction.run(out));
    long pid = pidOf(script);
    RuntimeException reason = new IllegalStateException("enough");
    extraction.stop(reason);
    assertThatThrownBy(running::get).isInstanceOf(ExecutionException.class).hasCause(reason);
    assertThat(ProcessHandle.of(pid).map(p -> p.onExit().join().isAlive()).orElse(false)).isFalse();
    assertThat(out).doesNotExist();
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(Path::toString)).noneMatch(name -> name.endsWith(".part"));
    }
  }

  @Test
  void whatIsStoppedBeforeItsStartStartsNothing() throws Exception {
    Extraction extraction = slow(sleeper());
    RuntimeException reason = new IllegalStateException("enough");
    extraction.stop(reason);
    assertThatThrownBy(() -> extraction.run(folder.resolve("out.mp3"))).isSameAs(reason);
    assertThat(folder.resolve("pid")).doesNotExist();
  }

  @Test
  void progressEndsAtOne() throws Exception {
    Path clip = Media.video(folder, "clip.mp4", "sine=d=3", "aac");
    Extraction extraction = Media.EXTRACTOR.of(clip, ConversionOptions.DEFAULT, 1);
    assertThat(extraction.progress().fraction()).isZero();
    extraction.run(folder.resolve("out.mp3"));
    assertThat(extraction.progress().fraction()).isGreaterThan(0.98);
    assertThat(extraction.moved()).isPositive();
  }

  @Test
  void theChildDiesWithAKilledJvm() throws Exception {
    Path hours = folder.resolve("hours.flac");
    Media.ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "anoisesrc=d=1200:r=48000:a=.1",
        "-c:a",
        "flac",
        "-compression_level",
        "0",
        hours.toString());
    Process jvm =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Endless.class.getName(),
                hours.toString(),
                folder.resolve("out.mp3").toString())
            .redirectErrorStream(true)
            .start();
    try {
      ProcessHandle child = firstChild(jvm);
      jvm.destroyForcibly().waitFor();
      assertThat(child.onExit().get(20, TimeUnit.SECONDS).isAlive()).isFalse();
    } finally {
      jvm.destroyForcibly();
    }
  }

  /** Runs in the JVM that is killed. */
  static final class Endless {
    public static void main(String[] arguments) {
      Media.EXTRACTOR
          .of(
              Path.of(arguments[0]),
              Options.of().quality(new io.tapedeck.core.Quality.Vbr(0)).build(),
              1)
          .run(Path.of(arguments[1]));
    }
  }

  private static ProcessHandle firstChild(Process jvm) {
    while (jvm.isAlive()) {
      Optional<ProcessHandle> child =
          jvm.children().filter(c -> c.info().command().orElse("").contains("ffmpeg")).findFirst();
      if (child.isPresent()) {
        return child.get();
      }
      Thread.onSpinWait();
    }
    throw new AssertionError("the JVM ended before its child began");
  }

  private Extraction slow(Path script) throws Exception {
    Path clip = Media.video(folder, "clip.mp4", "sine=d=1", "aac");
    Extractor stuck =
        new Extractor(
            new Ffmpeg(script, Optional.empty()),
            new Engine(Optional.empty()),
            Limits.GENEROUS,
            Clock.systemUTC());
    return stuck.of(clip, ConversionOptions.DEFAULT, 1);
  }

  /** Stands where ffmpeg stands, tells its process id and then does nothing for an hour. */
  private Path sleeper() throws Exception {
    Path script =
        Files.writeString(
            folder.resolve("ffmpeg"),
            "#!/bin/sh\necho $$ > " + folder.resolve("pid") + "\nexec sleep 3600\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    return script;
  }

  private static long pidOf(Path script) throws Exception {
    Path pid = script.resolveSibling("pid");
    while (!Files.exists(pid) || !Files.readString(pid).endsWith("\n")) {
      Thread.onSpinWait();
    }
    return Long.parseLong(Files.readString(pid).strip());
  }
}
