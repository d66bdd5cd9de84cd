package io.tapedeck.logging;

import java.text.MessageFormat;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/** Sends the JDK's own log messages to {@link LogLines}. */
public final class JdkLog extends System.LoggerFinder {
  /** For the service loader. */
  public JdkLog() {}

  @Override
  public System.Logger getLogger(String name, Module module) {
    return new Forwarding(name, new LogLines(name));
  }

  private record Forwarding(String name, LogLines lines) implements System.Logger {
    @Override
    public String getName() {
      return name;
    }

    @Override
    public boolean isLoggable(Level level) {
      return level != Level.OFF && lines.isEnabledForLevel(forwarded(level));
    }

    @Override
    public void log(
        Level level,
        @Nullable ResourceBundle translations,
        @Nullable String message,
        @Nullable Throwable thrown) {
      write(level, message, thrown);
    }

    @Override
    public void log(
        Level level,
        @Nullable ResourceBundle translations,
        @Nullable String format,
        @Nullable Object @Nullable ... parameters) {
      if (format == null || parameters == null || parameters.length == 0) {
        write(level, format, null);
      } else if (isLoggable(level)) {
        write(level, MessageFormat.format(format, parameters), null);
      }
    }

    private void write(Level level, @Nullable String message, @Nullable Throwable thrown) {
      if (isLoggable(level)) {
        lines.atLevel(forwarded(level)).setCause(thrown).log("{}", message);
      }
    }

    private static org.slf4j.event.Level forwarded(Level level) {
      return switch (level) {
        case ALL, TRACE -> org.slf4j.event.Level.TRACE;
        case DEBUG -> org.slf4j.event.Level.DEBUG;
        case INFO -> org.slf4j.event.Level.INFO;
        case WARNING -> org.slf4j.event.Level.WARN;
        case ERROR, OFF -> org.slf4j.event.Level.ERROR;
      };
    }
  }
}
