package io.tapedeck.app;

import io.tapedeck.logging.LogLines;
import io.tapedeck.settings.Settings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options of every command that needs settings. */
final class SettingsOptions {
  @Option(
      names = "--config",
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      description = "Settings file. Default: tapedeck.yaml here or in the data folder.")
  private @Nullable Path config;

  @Option(
      names = "--data",
      scope = ScopeType.INHERIT,
      paramLabel = "DIR",
      description = "Folder everything is kept in. Default: tapedeck-data.")
  private @Nullable String data;

  @Option(
      names = "--log",
      scope = ScopeType.INHERIT,
      paramLabel = "text|json",
      description = "How lines are logged.")
  private @Nullable String log;

  /** The settings, with additional values from the command line that win. */
  Settings settings(Map<String, String> more) {
    Map<String, String> flags = new HashMap<>(more);
    if (data != null) {
      flags.put("data", data);
    }
    if (log != null) {
      flags.put("log.format", log);
    }
    Settings settings = Settings.read(flags, System.getenv(), Optional.ofNullable(config));
    LogLines.configure(settings.log().format(), settings.log().level(), settings.log().audit());
    return settings;
  }
}
