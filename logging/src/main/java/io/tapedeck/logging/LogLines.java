package io.tapedeck.logging;

import io.tapedeck.core.Fault;
import io.tapedeck.core.Outage;
import io.tapedeck.core.OwnerOnly;
import io.tapedeck.core.Printable;
import io.tapedeck.core.Reason;
import io.tapedeck.http.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;
import org.slf4j.event.LoggingEvent;
import org.slf4j.helpers.AbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.spi.LoggingEventAware;

/**
 * One line per fact on standard error, with key-values after the message, as text or JSON. A
 * container or a service manager needs no more. This starts 60 ms faster than a logging framework
 * (docs/adr/0002).
 */
@SuppressWarnings("serial") // Loggers are not serialised here.
public final class LogLines extends AbstractLogger implements LoggingEventAware {
  /** The format of lines. */
  public enum Format {
    TEXT,
    JSON
  }

  private static final String OURS = "io.tapedeck.";

  /** The logger of events that matter to security; see {@link #configure}. */
  private static final String AUDIT = "io.tapedeck.audit";

  private static volatile Format format = Format.TEXT;
  private static volatile Level ours = Level.INFO;
  private static volatile Optional<Path> audit = Optional.empty();

  private final boolean own;

  LogLines(String name) {
    this.name = name;
    this.own = name.startsWith(OURS);
  }

  /** Sets the format and level of all loggers; loggers of libraries stay at warnings. */
  public static void configure(Format newFormat, Level level) {
    format = newFormat;
    ours = level;
  }

  /**
   * The same, with a file for security events. They are appended to it as JSON, whatever the level
   * is, and are not on standard error then. The file is opened for each line, so that it can be
   * rotated by renaming it.
   */
  public static void configure(Format newFormat, Level level, Optional<Path> auditFile) {
    configure(newFormat, level);
    audit = auditFile;
  }

  private Optional<Path> file() {
    return name.equals(AUDIT) ? audit : Optional.empty();
  }

  private boolean enabled(Level level) {
    if (file().isPresent()) {
      return true;
    }
    return level.toInt() >= (own ? ours : Level.WARN).toInt();
  }

  @Override
  public void log(LoggingEvent event) {
    if (enabled(event.getLevel())) {
      List<KeyValuePair> pairs = event.getKeyValuePairs();
      String message =
          MessageFormatter.basicArrayFormat(event.getMessage(), event.getArgumentArray());
      write(event.getLevel(), message, pairs == null ? List.of() : pairs, event.getThrowable());
    }
  }

  @Override
  protected void handleNormalizedLoggingCall(
      Level level,
      @Nullable Marker marker,
      @Nullable String message,
      Object @Nullable [] arguments,
      @Nullable Throwable thrown) {
    if (enabled(level)) {
      write(level, MessageFormatter.basicArrayFormat(message, arguments), List.of(), thrown);
    }
  }

  private void write(
      Level level, @Nullable String message, List<KeyValuePair> pairs, @Nullable Throwable thrown) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    Optional<Path> file = file();
    if (file.isPresent()
        && appended(file.get(), json(now, level, String.valueOf(message), pairs, thrown))) {
      return;
    }
    String line =
        switch (format) {
          case TEXT -> text(now, level, String.valueOf(message), pairs, thrown);
          case JSON -> json(now, level, String.valueOf(message), pairs, thrown);
        };
    byte[] bytes = (line + System.lineSeparator()).getBytes(StandardCharsets.UTF_8);
    System.err.write(bytes, 0, bytes.length); // one write, so that lines do not mix
  }

  /** Appends a line. When that fails the line goes to standard error, with the reason. */
  private static boolean appended(Path file, String line) {
    try {
      OwnerOnly.file(file);
      Files.writeString(file, line + System.lineSeparator(), StandardOpenOption.APPEND);
      return true;
    } catch (IOException e) {
      String reason = "log.audit cannot be written: " + Outage.reason(e) + System.lineSeparator();
      System.err.print(reason);
      return false;
    }
  }

  private String text(
      Instant now,
      Level level,
      String message,
      List<KeyValuePair> pairs,
      @Nullable Throwable thrown) {
    StringBuilder line = new StringBuilder(160).append(now).append(' ').append(level);
    line.append(level.name().length() < 5 ? "  " : " ").append(shortName()).append(": ");
    line.append(oneLine(message));
    pairs.forEach(pair ->
        line.append(' ').append(pair.key).append('=').append(quoted(String.valueOf(pair.value))));
    if (thrown instanceof Fault) {
      line.append(" cause=").append(quoted(Reason.of(thrown)));
    }
    if (thrown != null && traced(thrown)) {
      line.append(System.lineSeparator()).append(trace(thrown));
    }
    return line.toString();
  }

  private String json(
      Instant now,
      Level level,
      String message,
      List<KeyValuePair> pairs,
      @Nullable Throwable thrown) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("time", now.toString());
    line.put("level", level.name());
    line.put("logger", name);
    line.put("message", message);
    pairs.forEach(pair -> line.put(pair.key, String.valueOf(pair.value)));
    if (thrown instanceof Fault) {
      line.put("cause", Reason.of(thrown));
    }
    if (thrown != null && traced(thrown)) {
      line.put("error", trace(thrown));
    }
    return Json.text(line);
  }

  /**
   * Whether the stack trace is logged. A {@link Fault} is expected: a store that is away ends a
   * thousand requests, each with the same trace, and only the cause is useful.
   */
  private static boolean traced(Throwable thrown) {
    return !(thrown instanceof Fault) || ours.toInt() <= Level.DEBUG.toInt();
  }

  private String shortName() {
    return own ? name.substring(name.lastIndexOf('.') + 1) : name;
  }

  /** Escapes text from strangers, which must not start a line or control the terminal. */
  private static String oneLine(String text) {
    return Printable.line(
        text.indexOf('\n') < 0 && text.indexOf('\r') < 0
            ? text
            : text.replaceAll("[\\r\\n]+", " | "));
  }

  private static String quoted(String value) {
    boolean plain = !value.isEmpty();
    for (int i = 0; plain && i < value.length(); i++) {
      char c = value.charAt(i);
      plain = c > ' ' && c != '"' && c != '=' && c != 127;
    }
    return plain ? Printable.line(value) : '"' + oneLine(value).replace("\"", "\\\"") + '"';
  }

  private static String trace(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return Printable.lines(text.toString().stripTrailing());
  }

  @Override
  protected @Nullable String getFullyQualifiedCallerName() {
    return null;
  }

  @Override
  public boolean isTraceEnabled() {
    return enabled(Level.TRACE);
  }

  @Override
  public boolean isTraceEnabled(Marker marker) {
    return enabled(Level.TRACE);
  }

  @Override
  public boolean isDebugEnabled() {
    return enabled(Level.DEBUG);
  }

  @Override
  public boolean isDebugEnabled(Marker marker) {
    return enabled(Level.DEBUG);
  }

  @Override
  public boolean isInfoEnabled() {
    return enabled(Level.INFO);
  }

  @Override
  public boolean isInfoEnabled(Marker marker) {
    return enabled(Level.INFO);
  }

  @Override
  public boolean isWarnEnabled() {
    return enabled(Level.WARN);
  }

  @Override
  public boolean isWarnEnabled(Marker marker) {
    return enabled(Level.WARN);
  }

  @Override
  public boolean isErrorEnabled() {
    return enabled(Level.ERROR);
  }

  @Override
  public boolean isErrorEnabled(Marker marker) {
    return enabled(Level.ERROR);
  }
}
