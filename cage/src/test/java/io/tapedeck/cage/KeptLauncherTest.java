package io.tapedeck.cage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher that a command of seconds finds on the disk, and needs no native call for. */
@EnabledOnOs(OS.LINUX)
class KeptLauncherTest {
  private static final Machine MACHINE = Intruder.MACHINE;

  @TempDir Path folder;

  private static byte[] ended(Launcher launcher) throws Exception {
    LaunchProgram nothing = new LaunchProgram(MACHINE);
    nothing.may("who", SystemCall.GETPID);
    Process process = launcher.start(nothing.trying());
    byte[] output = process.getInputStream().readAllBytes();
    assertThat(process.waitFor()).isZero();
    return output;
  }

  @Test
  void itIsWrittenOnceAndThenUsed() throws Exception {
    Path file = folder.resolve("launcher");
    Launcher first = Launcher.kept(MACHINE, file).orElseThrow();
    var written = Files.getLastModifiedTime(file);

    assertThat(ended(first)).hasSize(LaunchProgram.STEP);
    assertThat(Launcher.kept(MACHINE, file)).contains(first);
    assertThat(Files.getLastModifiedTime(file)).isEqualTo(written);
    assertThat(folder.toFile().list()).containsExactly("launcher");
  }

  @Test
  void anotherFileInItsPlaceIsReplacedAndNeverStarted() throws Exception {
    Path file = Files.writeString(folder.resolve("launcher"), "#!/bin/sh\necho strange\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();

    assertThat(ended(Launcher.kept(MACHINE, file).orElseThrow())).hasSize(LaunchProgram.STEP);
    assertThat(file).hasBinaryContent(MACHINE.launcher());
  }

  @Test
  void whereNothingCanBeWrittenThereIsNone() throws Exception {
    Path noFolder = Files.writeString(folder.resolve("file"), "");

    assertThat(Launcher.kept(MACHINE, noFolder.resolve("launcher"))).isEqualTo(Optional.empty());
  }

  @Test
  void oneThatHasGoneIsReplacedByOneInMemory() throws Exception {
    Path file = folder.resolve("launcher");
    Launcher kept = Launcher.kept(MACHINE, file).orElseThrow();
    Files.delete(file);

    for (Launcher each : List.of(kept, kept)) {
      assertThat(ended(each)).hasSize(LaunchProgram.STEP);
    }
  }
}
