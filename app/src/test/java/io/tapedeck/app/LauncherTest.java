package io.tapedeck.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher itself, on a house of cardboard: a JDK and a Maven that only say that they ran. */
class LauncherTest {
  private static final Path SOURCE = Path.of("..").toAbsolutePath().normalize();

  @TempDir private Path temporary;
  private Path root;
  private Path tools;

  /** What a run of the launcher said, and what ran meanwhile. */
  private record Run(int code, String said, List<String> ran) {}

  @BeforeEach
  void build() throws IOException {
    root = Files.createDirectories(temporary.resolve("a house"));
    tools = Files.createDirectories(temporary.resolve("tools"));
    Files.createDirectories(root.resolve("dev"));
    Files.createDirectories(root.resolve("core/src/main"));
    Files.writeString(root.resolve("pom.xml"), "<project/>");
    Files.writeString(root.resolve("core/src/main/One.java"), "class One {}");
    for (String file : new String[] {"tapedeck", "dev/prepare.sh"}) {
      Files.copy(SOURCE.resolve(file), root.resolve(file));
    }
    jdk("old", "21.0.1");
    jdk("new", "25.0.3");
    program(
        tools.resolve("mvn"),
        """
        echo "maven with $JAVA_HOME" >>"$RAN"
        if [ -e broken.txt ]; then echo '[ERROR] One.java:[1,1] it does not compile'; exit 1; fi
        echo jar >app/target/dist/tapedeck.jar
        """);
    program(tools.resolve("ffmpeg"), "");
    program(tools.resolve("node"), "echo v22.20.0");
    program(tools.resolve("npm"), "");
    for (String tool : new String[] {"apt-get", "gcc", "make", "perl", "dpkg-source"}) {
      program(tools.resolve(tool), "");
    }
    Files.createDirectories(root.resolve("target/media-tools"));
    Files.writeString(root.resolve("target/media-tools/tried"), "");
  }

  private void jdk(String name, String version) throws IOException {
    Path home = Files.createDirectories(temporary.resolve(name).resolve("bin")).getParent();
    program(
        home.resolve("bin/java"),
        """
        flags=
        until [ "$1" = -jar ]; do flags="$flags $1"; shift; done
        echo "flags:$flags" >>"$RAN"
        shift 2
        [ "${1:-}" = rehearse ] || echo "java $PWD:$(printf ' [%s]' "$@")" >>"$RAN"
        """);
    program(home.resolve("bin/javac"), "");
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
  }

  private static void program(Path file, String body) throws IOException {
    Files.writeString(file, "#!/usr/bin/env bash\nset -e\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Run run(Path from, Path launcher, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    return ended(start(from, command));
  }

  private Process start(Path from, List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.directory(from.toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "PATH",
                tools + ":/usr/bin:/bin",
                "JAVA_HOME",
                temporary.resolve("new").toString(),
                "RAN",
                temporary.resolve("ran").toString(),
                "TAPEDECK_INSTALL",
                "no"));
    return builder.start();
  }

  private Run ended(Process process) throws Exception {
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.waitFor();
    Path ran = temporary.resolve("ran");
    List<String> lines = Files.exists(ran) ? Files.readAllLines(ran) : List.of();
    return new Run(code, said, lines);
  }

  private Run run(String... arguments) throws Exception {
    return run(root, root.resolve("tapedeck"), arguments);
  }

  private static long builds(Run run) {
    return run.ran().stream().filter(line -> line.startsWith("maven")).count();
  }

  private void change(String file) throws IOException {
    Path path = root.resolve(file);
    Files.writeString(path, "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    Files.setLastModifiedTime(path, FileTime.from(Instant.now().plusSeconds(60)));
  }

  @Test
  void theFirstStartBuildsAndTheNextDoesNot() throws Exception {
    Run first = run("--version");
    Run second = run("--version");

    assertThat(first.code()).as(first.said()).isZero();
    assertThat(first.said()).contains("building");
    assertThat(builds(second)).isEqualTo(1);
    assertThat(second.said()).isEmpty();
  }

  @Test
  void aNewerSourceIsBuiltAndADocumentIsNot() throws Exception {
    run("--version");
    change("README.md");
    assertThat(builds(run("--version"))).isEqualTo(1);
    change("core/src/main/One.java");
    assertThat(builds(run("--version"))).isEqualTo(2);
  }

  @Test
  void argumentsAndTheCallersFolderArriveAsTheyAreThroughALinkToo() throws Exception {
    Path elsewhere = Files.createDirectories(temporary.resolve("else where"));
    Path link = Files.createSymbolicLink(temporary.resolve("td"), root.resolve("tapedeck"));

    Run run = run(elsewhere, link, "doctor", "a  b", "*");

    assertThat(run.code()).as(run.said()).isZero();
    assertThat(run.ran()).contains("java " + elsewhere + ": [doctor] [a  b] [*]");
  }

  @Test
  void anOldJavaIsPassedOverForANewOne() throws Exception {
    Files.createSymbolicLink(tools.resolve("javac"), temporary.resolve("old/bin/javac"));

    Run run = run("--version");

    assertThat(run.ran()).contains("maven with " + temporary.resolve("new"));
  }

  @Test
  void aFailedBuildShowsWhatIsWrongAndIsTriedAgain() throws Exception {
    Path broken = Files.writeString(root.resolve("broken.txt"), "");

    Run failed = run("--version");
    Files.delete(broken);
    Run mended = run("--version");

    assertThat(failed.code()).isEqualTo(2);
    assertThat(failed.said()).contains("One.java:[1,1] it does not compile", "build.log");
    assertThat(failed.ran()).noneMatch(line -> line.startsWith("java"));
    assertThat(mended.code()).isZero();
  }

  @Test
  void startsAtTheSameTimeBuildOnce() throws Exception {
    List<Process> starts =
        IntStream.range(0, 4)
            .mapToObj(i -> {
              try {
                return start(root, List.of(root.resolve("tapedeck").toString(), "--version"));
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            })
            .toList();
    for (Process each : starts) {
      Run run = ended(each);
      assertThat(run.code()).as(run.said()).isZero();
    }

    List<String> ran = Files.readAllLines(temporary.resolve("ran"));
    assertThat(ran).filteredOn(line -> line.startsWith("maven")).hasSize(1);
    assertThat(ran).filteredOn(line -> line.startsWith("java")).hasSize(4);
  }

  @Test
  void whatMayNotBeInstalledIsNamedWithTheWayToGetIt() throws Exception {
    run("--version");
    Files.delete(tools.resolve("ffmpeg"));
    Path bare = Files.createDirectories(temporary.resolve("bare"));
    for (String name : new String[] {"bash", "env", "find", "readlink", "dirname", "id"}) {
      Files.createSymbolicLink(bare.resolve(name), Path.of("/usr/bin", name).toRealPath());
    }
    ProcessBuilder builder =
        new ProcessBuilder(root.resolve("tapedeck").toString(), "convert", "a.mp4")
            .redirectErrorStream(true);
    builder.environment().put("PATH", bare.toString());
    builder.environment().put("TAPEDECK_INSTALL", "no");
    builder.environment().put("RAN", temporary.resolve("ran").toString());

    Run run = ended(builder.start());

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.said()).contains("ffmpeg is missing. Get it with: ");
    assertThat(run.ran()).noneMatch(line -> line.contains("convert"));
  }

  /** The flags of java at a run of this role. */
  private String flags(String role, String variable) throws Exception {
    run("--version");
    Files.delete(temporary.resolve("ran"));
    Process process =
        start(root, List.of("/usr/bin/env", variable, root.resolve("tapedeck").toString(), role));
    return ended(process).ran().stream()
        .filter(line -> line.startsWith("flags:"))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"auth", "gateway", "converter", "notification", "serve"})
  void everyRoleHasABoundOnItsHeapAndGivesBackWhatIsFree(String role) throws Exception {
    assertThat(flags(role, "A=")).containsPattern(" -Xmx[1-9]\\d*m").contains("HeapFreeRatio");
  }

  @ParameterizedTest
  @ValueSource(strings = {"auth", "gateway", "converter", "notification", "serve"})
  void aServerEndsWhenItHasNoMemoryLeft(String role) throws Exception {
    assertThat(flags(role, "A=")).contains(" -XX:+ExitOnOutOfMemoryError ");
  }

  @Test
  void whatAPersonSaysOfTheMemoryCounts() throws Exception {
    assertThat(flags("serve", "TAPEDECK_JAVA_OPTIONS=-Xmx99m -Xss2m")).endsWith(" -Xmx99m -Xss2m");
    assertThat(flags("serve", "JAVA_TOOL_OPTIONS=-Xmx99m")).doesNotContain(" -Xmx");
  }
}
