package io.tapedeck.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.cage.Cage;
import io.tapedeck.cage.CageMode;
import io.tapedeck.core.Outage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What happens to a program that the cage lets start only in part, or not at all. */
@EnabledOnOs(OS.LINUX)
class CagedFfmpegTest {
  @TempDir Path folder;

  @Test
  void aProgramThatDoesNotStartInTheCageGetsNone() throws Exception {
    Path script = script("exec /bin/cat /etc/hostname");
    Ffmpeg ffmpeg = new Ffmpeg(script, Optional.empty()).caged(CageMode.BEST, Cage.MOST_MEMORY);

    assertThat(ffmpeg.cage().hold()).contains("does not start");
    try (Child child = ffmpeg.start(List.of())) {
      assertThat(child.await()).isZero();
    }
  }

  @Test
  void aScriptAroundFfmpegKeepsTheLayersThatLetItStart() throws Exception {
    Path script = script("/bin/true && echo ffmpeg version 9");
    Ffmpeg ffmpeg = new Ffmpeg(script, Optional.empty()).caged(CageMode.BEST, Cage.MOST_MEMORY);

    assertThat(ffmpeg.cage().hold())
        .startsWith("no new privileges, limits")
        .contains("system calls (" + script, "files (" + script);
    assertThat(ffmpeg.cage().lack()).hasValueSatisfying(lack -> assertThat(lack).contains("files"));
  }

  @Test
  void aRequiredCageThatCanNotBeHadIsAnOutageWithItsRemedy() throws Exception {
    Path script = script("exec /bin/cat /etc/hostname");
    Ffmpeg ffmpeg = new Ffmpeg(script, Optional.empty()).caged(CageMode.REQUIRED, Cage.MOST_MEMORY);

    assertThatThrownBy(() -> ffmpeg.start(List.of()))
        .isInstanceOf(Outage.class)
        .hasMessageContaining("does not start")
        .hasMessageContaining("set converter.cage to best");
  }

  @Test
  void aProgramThatIsGoneOrCanNotBeStartedAnyMoreIsAnOutage() throws Exception {
    Path script = script("/bin/true && echo ffmpeg version 9");
    Ffmpeg ffmpeg = new Ffmpeg(script, Optional.empty()).caged(CageMode.BEST, Cage.MOST_MEMORY);
    assertThat(ffmpeg.cage().hold()).startsWith("no new privileges, limits");

    Files.writeString(script, "#!/nowhere\n");
    try (Child child = ffmpeg.start(List.of())) {
      assertThatThrownBy(child::await).isInstanceOf(Outage.class);
    }
    Files.delete(script);
    assertThatThrownBy(() -> ffmpeg.start(List.of()))
        .isInstanceOf(Outage.class)
        .hasMessageContaining("does not start");
  }

  private Path script(String line) throws Exception {
    Path script = Files.writeString(folder.resolve("ffmpeg"), "#!/bin/sh\n" + line + "\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    return script;
  }
}
