package io.tapedeck.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The completions and the manual page, in the programs that read them. */
class ShellHelpTest {
  @TempDir private Path folder;

  private String sh(String... command) throws Exception {
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  private static boolean has(String program) {
    return Arrays.stream(System.getenv("PATH").split(":"))
        .anyMatch(each -> Files.isExecutable(Path.of(each, program)));
  }

  private Path script(String shell) throws IOException {
    Said said = Said.by("completion", shell);
    assertThat(said.code()).as(said.err()).isZero();
    return Files.writeString(folder.resolve("completion"), said.out());
  }

  @ParameterizedTest
  @CsvSource({
    "tapedeck conv, 1, convert",
    "tapedeck wat, 1, watch",
    "tapedeck convert --skip, 2, --skip-existing",
    "tapedeck watch --move, 2, --move-done",
    "tapedeck user li, 2, list",
  })
  void bashCompletesCommandsAndOptions(String typed, int word, String completed) throws Exception {
    Path script = script("bash");

    String said =
        sh(
            "bash",
            "-c",
            "source "
                + script
                + "; COMP_WORDS=("
                + typed
                + "); COMP_CWORD="
                + word
                + "; COMP_LINE='"
                + typed
                + "'; COMP_POINT=${#COMP_LINE}; _complete_tapedeck; echo \"${COMPREPLY[@]}\"");

    assertThat(said.split("\\s+")).contains(completed);
  }

  @ParameterizedTest
  @CsvSource({
    "tapedeck conv, convert",
    "tapedeck convert --skip, --skip-existing",
    "tapedeck user li, list",
    "tapedeck completion z, zsh",
  })
  void fishCompletesCommandsAndOptions(String typed, String completed) throws Exception {
    assumeThat(has("fish")).as("fish is installed").isTrue();
    Path script = script("fish");

    assertThat(
            sh("fish", "--no-config", "-c", "source " + script + "; complete -C '" + typed + "'"))
        .startsWith(completed);
  }

  @Test
  void zshReadsItsCompletion() throws Exception {
    assumeThat(has("zsh")).as("zsh is installed").isTrue();
    Path script = script("zsh");

    assertThat(sh("zsh", "-f", "-n", script.toString())).isEmpty();
    String command =
        "autoload -U compinit && compinit -u -d " + folder + "/dump && source " + script;
    assertThat(sh("zsh", "-f", "-c", command + " && echo $_comps[tapedeck]"))
        .isEqualTo("_tapedeck\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh", "fish"})
  void everyOptionOfConvertIsCompleted(String shell) throws Exception {
    String script = Files.readString(script(shell));

    Pattern.compile("--([a-z-]+)")
        .matcher(Said.by("convert", "--help").out())
        .results()
        .map(hit -> hit.group(1))
        .forEach(option -> assertThat(script).contains(option));
    assertThat(script).doesNotContain("rehearse");
  }

  @Test
  void theManualPageNamesEveryCommandAndIsWellFormed() throws Exception {
    Said said = Said.by("man");
    Path page = Files.writeString(folder.resolve("tapedeck.1"), said.out());

    assertThat(said.code()).as(said.err()).isZero();
    assertThat(said.out())
        .contains(".SH NAME\ntapedeck \\- ", ".SS tapedeck convert\n", ".SS tapedeck user add\n")
        .contains("\\-\\-skip\\-existing", "EXIT STATUS", "no input has audio to convert")
        .doesNotContain("rehearse", "${");
    if (has("mandoc")) {
      assertThat(sh("mandoc", "-T", "lint", "-W", "error", page.toString())).isEmpty();
    }
    if (has("groff")) {
      assertThat(sh("groff", "-man", "-ww", "-z", page.toString())).isEmpty();
    }
  }
}
