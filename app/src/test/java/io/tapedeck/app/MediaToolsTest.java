package io.tapedeck.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When the launcher has the small ffmpeg and the faster LAME built, and when it uses them. */
class MediaToolsTest {
  private static final Path SOURCE = Path.of("..").toAbsolutePath().normalize();

  /** What a run of the launcher printed, and the flags it gave to java. */
  private record Run(int code, String said, String flags) {}

  @TempDir private Path temporary;
  private Path root;
  private Path system;
  private Path tools;

  @BeforeEach
  void build() throws IOException {
    root = Files.createDirectories(temporary.resolve("root"));
    system = Files.createDirectories(temporary.resolve("system"));
    tools = root.resolve("target/media-tools");
    Path dist = Files.createDirectories(root.resolve("app/target/dist"));
    Files.createDirectories(root.resolve("dev"));
    Files.createDirectories(root.resolve("target"));
    for (String file : new String[] {"tapedeck", "dev/prepare.sh"}) {
      Files.copy(SOURCE.resolve(file), root.resolve(file));
    }
    program(dist.resolve("run"), "echo \"$*\"");
    Files.writeString(dist.resolve("java"), dist.resolve("run") + "\n");
    Files.writeString(dist.resolve("tapedeck.jar"), "");
    Files.writeString(dist.resolve("stamp"), "");
    for (String tool : new String[] {"ffmpeg", "apt-get", "gcc", "make", "perl", "dpkg-source"}) {
      program(system.resolve(tool), "");
    }
    // Runs until a byte comes through the pipe, and then says what it would have made.
    program(
        root.resolve("dev/media-tools"),
        """
        exec 9>"$ROOT/target/media-tools.lock"
        flock 9
        mkdir -p "$ROOT/target/media-tools"
        echo "begun $*" >"$ROOT/pipe"
        read -r outcome <"$ROOT/pipe"
        [ "$outcome" != killed ] || kill -9 $$
        printf '%s' "$outcome" >"$ROOT/target/media-tools/tried"
        echo ended >"$ROOT/pipe"
        """);
    assertThat(execute("mkfifo", root.resolve("pipe").toString()).code()).isZero();
  }

  private record Ended(Process process) {
    int code() {
      return process.onExit().join().exitValue();
    }
  }

  private static Ended execute(String... command) throws IOException {
    return new Ended(new ProcessBuilder(command).start());
  }

  private static void program(Path file, String body) throws IOException {
    Files.writeString(file, "#!/usr/bin/env bash\nset -e\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Run run(Map<String, String> settings, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(root.resolve("tapedeck").toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().remove("TAPEDECK_MEDIA_TOOLS");
    builder.environment().put("PATH", system + ":/usr/bin:/bin");
    builder.environment().put("ROOT", root.toString());
    builder.environment().put("TAPEDECK_INSTALL", "no");
    builder.environment().putAll(settings);
    builder.redirectError(temporary.resolve("said").toFile());
    Process process = builder.start();
    String flags = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Run(process.waitFor(), Files.readString(temporary.resolve("said")), flags);
  }

  private Run run(String... arguments) throws Exception {
    return run(Map.of(), arguments);
  }

  /** What the background says next; waits for it. */
  private String heard() throws IOException {
    return Files.readString(root.resolve("pipe")).strip();
  }

  private void tell(String outcome) throws IOException {
    Files.writeString(root.resolve("pipe"), outcome + "\n");
  }

  /** Something built and compared, as {@code dev/media-tools} leaves it. */
  private Path built(String name) throws IOException {
    Files.createDirectories(tools);
    program(tools.resolve(name), "");
    Files.writeString(tools.resolve(name + ".checked"), "");
    Files.writeString(tools.resolve("tried"), "");
    return tools.resolve(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"convert", "watch", "serve", "converter"})
  void theFirstWorkDoesNotWaitForTheBuildThatItStarts(String role) throws Exception {
    Run first = run(role);
    assertThat(first.code()).isZero();
    assertThat(first.flags()).endsWith(" " + role + "\n");
    assertThat(first.said()).hasLineCount(1).contains("in the background", "TAPEDECK_MEDIA_TOOLS");
    assertThat(heard()).isEqualTo("begun --background");

    assertThat(run(role).said()).as("while it is built").isEmpty();
    tell("");
    assertThat(heard()).isEqualTo("ended");
    assertThat(run(role).said()).as("once it was built").isEmpty();
  }

  @Test
  void whatNeedsNoAudioAndWhoForbidsItStartNone() throws Exception {
    assertThat(run("gateway").said()).isEmpty();
    assertThat(run("--version").said()).isEmpty();
    assertThat(run(Map.of("TAPEDECK_MEDIA_TOOLS", "no"), "convert").said()).isEmpty();
    assertThat(run(Map.of("TAPEDECK_FAST_LAME", "no"), "convert").said()).isEmpty();
    assertThat(tools).doesNotExist();
  }

  @Test
  void aBuildThatWasCutOffIsMadeAgainAndWhatItLeftIsNotUsed() throws Exception {
    run("convert");
    assertThat(heard()).startsWith("begun");
    Files.createDirectories(tools.resolve(".ffmpeg"));
    program(tools.resolve(".ffmpeg/ffmpeg"), "");
    tell("killed");
    execute("flock", root.resolve("target/media-tools.lock").toString(), "true").code();

    Run second = run("convert");

    assertThat(second.said()).contains("in the background");
    assertThat(second.flags()).doesNotContain("tapedeck.ffmpeg");
    assertThat(heard()).startsWith("begun");
    tell("");
    assertThat(heard()).isEqualTo("ended");
  }

  @Test
  void aFailureIsSaidOnceAndNotTriedAgain() throws Exception {
    run("convert");
    assertThat(heard()).startsWith("begun");
    tell("ffmpeg");
    assertThat(heard()).isEqualTo("ended");

    assertThat(run("convert").said())
        .hasLineCount(1)
        .contains("ffmpeg could not be built", "media-tools.log");
    assertThat(run("convert").said()).isEmpty();
  }

  @Test
  void withoutACompilerOneLineSaysSoOnce() throws Exception {
    Path bare = Files.createDirectories(temporary.resolve("bare"));
    for (String name :
        new String[] {"bash", "env", "find", "readlink", "dirname", "mkdir", "nproc"}) {
      Files.createSymbolicLink(bare.resolve(name), Path.of("/usr/bin", name).toRealPath());
    }
    Files.delete(system.resolve("gcc"));
    Map<String, String> path = Map.of("PATH", system + ":" + bare);

    assertThat(run(path, "convert").said()).hasLineCount(1).contains("with a C compiler");
    assertThat(run(path, "convert").said()).isEmpty();
  }

  @Test
  void whatWasBuiltIsUsedUntilTheSystemHasANewerOne() throws Exception {
    Path ffmpeg = built("ffmpeg");
    Path lame = built("libmp3lame.so.0");
    assertThat(run("serve").flags())
        .contains(" -Dtapedeck.ffmpeg=" + ffmpeg + " ", " -Dtapedeck.lame=" + lame + " ");

    for (String name : new String[] {"tried", "ffmpeg.checked", "libmp3lame.so.0.checked"}) {
      Files.setLastModifiedTime(tools.resolve(name), FileTime.from(Instant.now().minusSeconds(60)));
    }
    Run updated = run("serve");

    assertThat(updated.flags()).doesNotContain("-Dtapedeck.ffmpeg", "-Dtapedeck.lame");
    assertThat(updated.said()).contains("in the background");
    assertThat(heard()).startsWith("begun");
    tell("");
    assertThat(heard()).isEqualTo("ended");
    built("ffmpeg");
    assertThat(run("serve").flags()).contains(" -Dtapedeck.ffmpeg=" + ffmpeg + " ");
  }

  @Test
  void whatWasNotComparedIsNotUsed() throws Exception {
    Files.delete(tools.resolve(built("ffmpeg").getFileName() + ".checked"));
    assertThat(run("convert").flags()).doesNotContain("tapedeck.ffmpeg");
  }

  @Test
  void whatASettingNamesComesFirst() throws Exception {
    built("ffmpeg");
    Run run = run(Map.of("TAPEDECK_CONVERTER_FFMPEG", "/usr/bin/ffmpeg"), "convert");
    assertThat(run.flags()).contains(" -Dtapedeck.ffmpeg=/usr/bin/ffmpeg ");
  }
}
