package io.tapedeck.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tapedeck.contracts.Media;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher with the program itself, as a process that a shell starts. */
class CommandLineTest {
  private static final Path SOURCE = Path.of("..").toAbsolutePath().normalize();

  /** What a shell said, with the launcher in {@code $T}. */
  private record Ran(int code, String out, String err) {}

  @TempDir private Path temporary;
  private Path launcher;
  private Path folder;

  @BeforeEach
  void build() throws IOException {
    Path root = Files.createDirectories(temporary.resolve("root"));
    folder = Files.createDirectories(temporary.resolve("work"));
    Path dist = Files.createDirectories(root.resolve("app/target/dist"));
    Files.createDirectories(root.resolve("target/media-tools"));
    Files.writeString(root.resolve("target/media-tools/tried"), "");
    Files.createDirectories(root.resolve("dev"));
    for (String file : new String[] {"tapedeck", "dev/prepare.sh"}) {
      Files.copy(SOURCE.resolve(file), root.resolve(file));
    }
    launcher = root.resolve("tapedeck");
    Path java = dist.resolve("run");
    Files.writeString(java, run());
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(dist.resolve("java"), java + "\n");
    Files.writeString(dist.resolve("tapedeck.jar"), "");
    Files.writeString(dist.resolve("stamp"), "");
    Media.audio(folder.resolve("in.m4a"), 1);
  }

  /** A java that takes the launcher's flags and runs what is under test instead of the jar. */
  private static String run() {
    return """
    #!/bin/bash
    flags=()
    until [ "$1" = -jar ]; do
      case $1 in -Xbootclasspath*) ;; *) flags+=("$1") ;; esac
      shift
    done
    shift 2
    flags+=(--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow)
        exec '%s/bin/java' "${flags[@]}" -cp '%s' io.tapedeck.app.Main "$@"
    """
        .formatted(System.getProperty("java.home"), System.getProperty("java.class.path"));
  }

  private ProcessBuilder shell(String script) {
    ProcessBuilder builder =
        new ProcessBuilder(
            "/usr/bin/env",
            "-i",
            "PATH=" + System.getenv("PATH"),
            "T=" + launcher,
            "/bin/bash",
            "-c",
            script);
    builder.directory(folder.toFile());
    builder.redirectError(new File(temporary.toFile(), "err"));
    return builder;
  }

  private Ran sh(String script) throws Exception {
    Process process = shell(script).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ran(process.waitFor(), out, Files.readString(temporary.resolve("err")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "LC_ALL=C", "LC_ALL=xx_YY.UTF-8", "LC_ALL=C.UTF-8"})
  void namesWithAllMailsAreOpenedInEveryLocale(String locale) throws Exception {
    Ran ran =
        sh(
            "mkdir Füße && cp in.m4a 'Füße/Música 🎵.m4a' && cd Füße && "
                + locale
                + " $T convert *");

    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.out()).startsWith("Música 🎵.m4a → Música 🎵.mp3");
    assertThat(sh("ls Füße/*.mp3").out()).isEqualTo("Füße/Música 🎵.mp3\n");
  }

  @Test
  void whatReadsAndEncodesCanBeChosenAndIsNamed() throws Exception {
    String chosen =
        "ln -sf \"$(command -v ffmpeg)\" own; export TAPEDECK_CONVERTER_FFMPEG=$PWD/own; ";

    assertThat(sh(chosen + "$T convert --json in.m4a").out())
        .contains("\"ffmpeg\":\"" + folder.resolve("own") + "\"", "\"lame\":\"the system's\"");
    assertThat(sh("$T doctor").out()).containsPattern("ok +ffmpeg .* at /.*/ffmpeg\n");
    assertThat(sh(chosen.replace("$PWD/own", "$PWD/none") + "$T convert --force in.m4a").err())
        .contains("there is no program " + folder.resolve("none"));
  }

  @Test
  void aNameThatIsNotUtf8IsRefusedAndTheOthersAreConverted() throws Exception {
    Ran ran = sh("cp in.m4a $'M\\xfc.m4a' && cp in.m4a $'M\\xf6.m4a' && $T convert M* in.m4a");

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).hasLineCount(2).contains("M�.m4a: ", "is not UTF-8", "rename it");
    assertThat(ran.out()).hasLineCount(1).startsWith("in.m4a → in.mp3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "convert in.m4a -o -",
        "convert --json in.m4a",
        "--help",
        "doctor",
        "user list --data d"
      })
  void whatDoesNotArriveAtStandardOutputIsNoSuccess(String command) throws Exception {
    assumeThat(Path.of("/dev/full")).exists();
    if (command.startsWith("user")) {
      sh("echo 'a long walk on the beach' | $T user add --data d ada@example.org");
    }

    Ran ran = sh("$T " + command + " >/dev/full");

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err())
        .hasLineCount(1)
        .contains("standard output cannot be written", "No space left on device");
  }

  @Test
  void aReaderThatHasGoneEndsItQuietlyAndNotAsASuccess() throws Exception {
    Ran ran = sh("{ $T convert --json in.m4a; echo $? >code; } > >(exec <&-); cat code");

    assertThat(ran.out()).isEqualTo("1\n");
    assertThat(ran.err()).isEmpty();
  }

  @Test
  void aPipeWithoutANameIsConverted() throws Exception {
    Ran ran =
        sh(
            "$T convert <(cat in.m4a) -o a.mp3 && $T convert /dev/stdin <in.m4a >b.mp3 && cmp a.mp3 b.mp3");

    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(folder.resolve("a.mp3")).isNotEmptyFile();
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM", "HUP"})
  void aSignalWhileInputComesInLeavesNothingInTheTemporaryFolder(String signal) throws Exception {
    Path passing = Files.createDirectories(temporary.resolve("passing"));
    // A suite that nohup or a script behind itself runs hands on that these are ignored.
    String hearing = "env --default-signal=HUP,INT ";
    Process process =
        shell("TMPDIR=" + passing + " exec " + hearing + "$T convert - -o x.mp3").start();
    process.getOutputStream().write(new byte[1000]);
    process.getOutputStream().flush();
    while (process.isAlive() && files(passing).isEmpty()) {
      Thread.onSpinWait();
    }
    List<Path> before = files(passing);
    assertThat(before).hasSize(1);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(before.getFirst())))
        .isEqualTo("rwx------");

    new ProcessBuilder("kill", "-" + signal, "" + process.pid()).start().waitFor();
    process.waitFor();

    assertThat(files(passing)).isEmpty();
    assertThat(folder.resolve("x.mp3")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM"})
  void aWatchThatIsToldToEndEndsWithZeroAndLeavesNothingHalf(String signal) throws Exception {
    Files.createDirectories(folder.resolve("in"));
    Media.audio(folder.resolve("in/long.wav"), 3_000);
    String hearing = "exec env --default-signal=INT ";
    Process process = shell(hearing + "$T watch in -o out --settle 0 --threads 1 --encode").start();
    Path out = folder.resolve("out");
    while (process.isAlive()
        && (!Files.isDirectory(out)
            || files(out).stream().noneMatch(file -> file.toString().endsWith(".part")))) {
      Thread.onSpinWait();
    }

    new ProcessBuilder("kill", "-" + signal, "" + process.pid()).start().waitFor();

    assertThat(process.waitFor()).as(Files.readString(temporary.resolve("err"))).isZero();
    assertThat(files(out)).hasSize(2).allMatch(file -> file.toString().contains(".tapedeck-watch"));
    assertThat(out.resolve("long.mp3")).doesNotExist();
  }

  private static List<Path> files(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(file -> file.toString().contains("tapedeck-")).toList();
    }
  }
}
