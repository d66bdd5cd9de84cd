package io.tapedeck.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.settings.Settings;
import io.tapedeck.settings.Values;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/settings.md is made from the settings themselves. */
class SettingsDocTest {
  private static final Path DOC = Path.of("..", "docs", "settings.md");

  private static final String HEAD =
      """
      # Settings

      From the command line, from variables, or from a file; the first of them wins. Everything has a default.

      - **File**: `tapedeck.yaml` in the folder Tapedeck is started from, else in the data folder; or named by `--config`.
        `limits.file: 2 GiB` and `limits: {file: 2 GiB}` are the same.
      - **Variables**: the key in capitals, dots and dashes as `_`, `TAPEDECK_` before it: `server.port` is
        `TAPEDECK_SERVER_PORT`. With `_FILE` at the end a variable names a file that holds the value, for mounted secrets.
      - A key that is not in this table stops the start, and so does a value that cannot be used. All that is wrong is told at once.

      """;

  private static String table() {
    Values nothing = new Values(Map.of(), Map.of(), Map.of(), "none");
    Settings.of(nothing);
    return nothing.known().stream()
        .map(each ->
            "| `%s` | %s | %s | %s |"
                .formatted(
                    each.key(),
                    each.byDefault().isEmpty() ? "" : "`" + each.byDefault() + "`",
                    each.form(),
                    each.about()))
        .collect(
            Collectors.joining(
                "\n", "| key | default | what it is | meaning |\n|---|---|---|---|\n", "\n"));
  }

  @Test
  void theDocumentTellsEverySetting() throws IOException {
    Path made = Files.writeString(Path.of("target", "settings.md"), HEAD + table());

    assertThat(DOC)
        .as("make it anew: cp app/%s docs/settings.md", made)
        .hasSameTextualContentAs(made);
  }
}
