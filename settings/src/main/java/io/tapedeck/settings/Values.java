package io.tapedeck.settings;

import io.tapedeck.core.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The values of the command line, the environment and the settings file; the first of these that
 * has a key wins. This class records every key that is read, so the other keys are known to be
 * mistakes. It collects all errors instead of stopping at the first.
 */
public final class Values {
  private static final String PREFIX = "TAPEDECK_";
  private static final String NONE = "none";

  /** Read by the launcher and the tests, not by this program. */
  private static final Set<String> NOT_OURS =
      Set.of(
          "TAPEDECK_INSTALL",
          "TAPEDECK_MEDIA_TOOLS",
          "TAPEDECK_FAST_LAME",
          "TAPEDECK_JAVA_OPTIONS");

  /** A setting that was read. */
  public record Known(String key, String form, String byDefault, String about) {
    public String variable() {
      return PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }
  }

  /** One error: its place, what is wrong, and the remedy. */
  public record UsageError(String place, String what, String remedy) {
    @Override
    public String toString() {
      return place + ": " + what + "; " + remedy;
    }
  }

  private record Given(String text, String place) {}

  private final Map<String, String> flags;
  private final Map<String, String> environment;
  private final Map<String, String> file;
  private final String fileName;
  private final List<Known> known = new ArrayList<>();
  private final List<UsageError> usageErrors = new ArrayList<>();

  /**
   * @param flags values from the command line, by key
   * @param environment all variables
   * @param file the settings file's values, by dotted key
   * @param fileName the file's name in messages
   */
  public Values(
      Map<String, String> flags,
      Map<String, String> environment,
      Map<String, String> file,
      String fileName) {
    this.flags = Map.copyOf(flags);
    this.environment = Map.copyOf(environment);
    this.file = Map.copyOf(file);
    this.fileName = fileName;
  }

  String text(String key, String byDefault, String about) {
    return ask(key, "text", byDefault, about, text -> text).orElse(byDefault);
  }

  Optional<String> optional(String key, String about) {
    return ask(key, "text", "", about, text -> text);
  }

  Optional<Secret> secret(String key, String about) {
    return ask(key, "secret", "", about, Secret::new);
  }

  Path path(String key, String byDefault, String about) {
    return ask(key, "path", byDefault, about, Path::of).orElseGet(() -> Path.of(byDefault));
  }

  boolean flag(String key, boolean byDefault, String about) {
    return ask(key, "true or false", String.valueOf(byDefault), about, Values::truth)
        .orElse(byDefault);
  }

  int number(String key, int byDefault, int least, int most, String about) {
    Function<String, Integer> read =
        text -> Math.toIntExact(within(Long.parseLong(text), least, most));
    String form = "number, " + least + " to " + most;
    return ask(key, form, String.valueOf(byDefault), about, read).orElse(byDefault);
  }

  /** A number without a fixed default; {@code byDefault} describes the default in words. */
  Optional<Integer> number(String key, String byDefault, int least, int most, String about) {
    String form = "number, " + least + " to " + most;
    return ask(
        key,
        form,
        byDefault,
        about,
        text -> Math.toIntExact(within(Long.parseLong(text), least, most)));
  }

  /** Bytes, such as {@code 500 MB} or {@code 2 GiB}. */
  long size(String key, String byDefault, String about) {
    return ask(key, "size, such as 500 MB", byDefault, about, Amounts::bytes)
        .orElseGet(() -> Amounts.bytes(byDefault));
  }

  /** Bytes; without a value it is {@code none}, the largest number there is. */
  long sizeLimit(String key, String about) {
    return ask(
            key,
            "size, such as 500 GB, or none",
            NONE,
            about,
            text -> text.equals(NONE) ? Long.MAX_VALUE : Amounts.bytes(text))
        .orElse(Long.MAX_VALUE);
  }

  /** A time; {@code none} without a value. */
  Optional<Duration> timeLimit(String key, String about) {
    return ask(
            key,
            "time, such as 15m, 12h or 7d, or none",
            NONE,
            about,
            text ->
                text.equals(NONE) ? Optional.<Duration>empty() : Optional.of(Amounts.time(text)))
        .flatMap(limit -> limit);
  }

  /** A time, such as {@code 90s}, {@code 15m}, {@code 12h} or {@code 7d}. */
  Duration time(String key, String byDefault, String about) {
    return ask(key, "time, such as 90s, 15m, 12h or 7d", byDefault, about, Amounts::time)
        .orElseGet(() -> Amounts.time(byDefault));
  }

  <E extends Enum<E>> Optional<E> choice(
      String key, Class<E> type, String byDefault, String about) {
    String all =
        Arrays.stream(type.getEnumConstants()).map(Values::wire).collect(Collectors.joining(", "));
    return ask(
        key,
        "one of " + all,
        byDefault,
        about,
        text ->
            Arrays.stream(type.getEnumConstants())
                .filter(constant -> wire(constant).equals(text.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("it is one of " + all)));
  }

  /** Adds an error that shows only when values are compared with each other. */
  public void usageError(String key, String what, String remedy) {
    usageErrors.add(new UsageError(key, what, remedy));
  }

  /** Every setting that was read, in the order of reading. */
  public List<Known> known() {
    return List.copyOf(known);
  }

  /** All errors, including keys that nobody read. Call this after the last read. */
  public List<UsageError> usageErrors() {
    Set<String> keys = known.stream().map(Known::key).collect(Collectors.toSet());
    Set<String> variables = new HashSet<>(NOT_OURS);
    known.forEach(k -> variables.addAll(List.of(k.variable(), k.variable() + "_FILE")));
    List<UsageError> all = new ArrayList<>(usageErrors);
    for (String key : new TreeSet<>(file.keySet())) {
      if (!keys.contains(key)) {
        all.add(
            new UsageError(fileName + ", " + key, "there is no such setting", meant(key, keys)));
      }
    }
    for (String variable : new TreeSet<>(environment.keySet())) {
      if (variable.startsWith(PREFIX) && !variables.contains(variable)) {
        all.add(new UsageError(variable, "there is no such setting", meant(variable, variables)));
      }
    }
    return all;
  }

  private <T> Optional<T> ask(
      String key, String form, String byDefault, String about, Function<String, T> read) {
    Known setting = new Known(key, form, byDefault, about);
    known.add(setting);
    return given(setting).flatMap(given -> read(setting, given, read));
  }

  private <T> Optional<T> read(Known setting, Given given, Function<String, T> read) {
    try {
      return Optional.of(read.apply(given.text().strip()));
    } catch (IllegalArgumentException e) {
      String shown = setting.form().equals("secret") ? "this" : '"' + given.text().strip() + '"';
      String cause = e instanceof NumberFormatException ? "it is no number" : e.getMessage();
      usageErrors.add(
          new UsageError(
              given.place(), shown + " cannot be used: " + cause, "write a " + setting.form()));
      return Optional.empty();
    }
  }

  private Optional<Given> given(Known setting) {
    String flag = flags.get(setting.key());
    if (flag != null) {
      return Optional.of(new Given(flag, "--" + setting.key().replaceFirst(".*\\.", "")));
    }
    String value = environment.get(setting.variable());
    String mounted = environment.get(setting.variable() + "_FILE");
    if (value != null && mounted != null) {
      usageErrors.add(
          new UsageError(
              setting.variable(), "it is set twice, also as a _FILE", "set one of them"));
    }
    if (value != null) {
      return Optional.of(new Given(value, setting.variable()));
    }
    if (mounted != null) {
      return mounted(setting.variable() + "_FILE", Path.of(mounted));
    }
    return Optional.ofNullable(file.get(setting.key()))
        .map(text -> new Given(text, fileName + ", " + setting.key()));
  }

  private Optional<Given> mounted(String place, Path path) {
    try {
      return Optional.of(new Given(Files.readString(path), place));
    } catch (IOException e) {
      usageErrors.add(new UsageError(place, "cannot read " + path, "check that the file is there"));
      return Optional.empty();
    }
  }

  private static boolean truth(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "yes", "on" -> true;
      case "false", "no", "off" -> false;
      default -> throw new IllegalArgumentException("it is true or false");
    };
  }

  private static long within(long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException("it is " + least + " to " + most);
    }
    return value;
  }

  private static String wire(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String meant(String wrong, Set<String> right) {
    return Suggestion.nearest(wrong, right)
        .map(near -> "perhaps " + near + "?")
        .orElse("see docs/settings.md for those there are");
  }
}
