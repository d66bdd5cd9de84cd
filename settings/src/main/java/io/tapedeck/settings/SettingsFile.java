package io.tapedeck.settings;

import io.tapedeck.core.Code;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * A settings file, flattened to dotted keys: {@code mail: {host: x}} is {@code mail.host}.
 *
 * @param name the file's name in messages
 */
record SettingsFile(String name, Map<String, String> values) {
  private static final String USUAL = "tapedeck.yaml";

  /** Far more than there are settings. A short file with aliases can stand for endless ones. */
  private static final int MOST_KEYS = 1_000;

  private static final int LONGEST_KEY = 200;
  private static final SettingsFile NONE = new SettingsFile(USUAL, Map.of());

  SettingsFile {
    values = Map.copyOf(values);
  }

  /**
   * The named file; else {@code tapedeck.yaml} in the current folder; else the one in the data
   * folder; else no settings.
   *
   * @throws Refusal when the file cannot be read, with the place of the error
   */
  static SettingsFile find(Optional<Path> named, Path data) {
    if (named.isPresent()) {
      return read(named.get());
    }
    for (Path place : new Path[] {Path.of(USUAL), data.resolve(USUAL)}) {
      if (Files.exists(place)) {
        return read(place);
      }
    }
    return NONE;
  }

  private static SettingsFile read(Path path) {
    try {
      Object tree =
          new Load(LoadSettings.builder().setLabel(path.toString()).build())
              .loadFromString(Files.readString(path));
      Map<String, String> values = new LinkedHashMap<>();
      if (tree instanceof Map<?, ?> map) {
        flatten("", map, values);
      } else if (tree != null) {
        throw new Refusal(Code.BAD_REQUEST, path + " is no list of settings, such as port: 8080");
      }
      return new SettingsFile(path.toString(), values);
    } catch (IOException e) {
      throw new Refusal(
          Code.NOT_FOUND, "cannot read the settings file " + path + ": " + Outage.reason(e));
    } catch (YamlEngineException e) {
      throw new Refusal(Code.BAD_REQUEST, path + " is no YAML: " + e.getMessage());
    } catch (IllegalArgumentException | StackOverflowError e) { // the parser calls itself
      String why = e instanceof StackOverflowError ? "it is nested too deep" : e.getMessage();
      throw new Refusal(Code.BAD_REQUEST, path + " is no list of settings: " + why);
    }
  }

  private static void flatten(String prefix, Map<?, ?> map, Map<String, String> into) {
    if (prefix.length() > LONGEST_KEY || into.size() > MOST_KEYS) {
      throw new IllegalArgumentException("it goes on without end at " + Text.shown(prefix));
    }
    map.forEach((key, value) -> put(prefix + key, value, into));
  }

  private static void put(String key, @Nullable Object value, Map<String, String> into) {
    switch (value) {
      case null -> {}
      case Map<?, ?> map -> flatten(key + ".", map, into);
      case Collection<?> list ->
          into.put(key, list.stream().map(SettingsFile::plain).collect(Collectors.joining(",")));
      default -> into.put(key, value.toString());
    }
  }

  private static String plain(@Nullable Object element) {
    if (element instanceof Map || element instanceof Collection) {
      throw new IllegalArgumentException("a list has plain values only");
    }
    return String.valueOf(element);
  }
}
