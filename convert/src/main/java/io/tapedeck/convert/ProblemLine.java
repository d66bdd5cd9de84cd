package io.tapedeck.convert;

import io.tapedeck.core.Code;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Problem;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A problem on the command line. {@link Code} speaks to people who uploaded a file to a server;
 * here the same codes speak of files on this machine.
 */
public final class ProblemLine {
  /** What the detail alone says better. */
  private static final Set<Code> DETAIL_ONLY =
      EnumSet.of(Code.NOT_FOUND, Code.CONFLICT, Code.BAD_REQUEST, Code.UNAVAILABLE, Code.DISK_FULL);

  /** Why a file cannot be written, in the system's words only. */
  private static final Pattern WRITING = Pattern.compile(".* cannot be written: [^;]*");

  private static final Pattern CLASS = Pattern.compile("\\b(?:[a-z]\\w*\\.){2,}[A-Z][\\w$]*:?\\s*");

  private ProblemLine() {}

  /** One line: what happened, where, and what to do. */
  public static String of(Problem problem) {
    Code code = problem.code();
    if (code == Code.DISK_FULL) {
      return problem.detail() + "; make room, or name another place with -o";
    }
    if (code == Code.UNAVAILABLE && WRITING.matcher(problem.detail()).matches()) {
      return problem.detail() + "; name another place with -o";
    }
    return DETAIL_ONLY.contains(code)
        ? problem.detail()
        : title(code) + ": " + problem.detail() + ". " + hint(code);
  }

  /** The members of a problem in a JSON line. */
  static Map<String, Object> members(Problem problem) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("code", problem.code().wire());
    members.put("title", title(problem.code()));
    members.put("detail", problem.detail());
    members.put("hint", hint(problem.code()));
    members.put("retryable", problem.code().retryable());
    return members;
  }

  /**
   * The problem of a defect: its message without names of classes, which mean nothing to a person.
   */
  public static Problem ofDefect(Throwable defect) {
    String message = String.valueOf(defect.getMessage());
    String why =
        switch (defect) {
          case StackOverflowError e -> "it is nested too deep";
          case OutOfMemoryError e -> "there is not enough memory";
          case UncheckedIOException e -> Outage.reason(Objects.requireNonNull(e.getCause()));
          default -> CLASS.matcher(message).replaceAll("");
        };
    boolean said = !why.isBlank() && !why.equals("null");
    return new Problem(
        Code.INTERNAL, "an unforeseen error ended it" + (said ? ": " + why.strip() : ""));
  }

  /** One sentence without a full stop: what happened. */
  private static String title(Code code) {
    return switch (code) {
      case NOT_FOUND -> "There is no such video or audio file";
      case CONFLICT -> "The MP3 cannot have this name";
      case UNAVAILABLE -> "A file or a program cannot be used";
      case DISK_FULL -> "The disk is full";
      case TOO_LONG -> "The audio is longer than one MP3 may be";
      case TOO_LARGE -> "The MP3 is larger than one may be";
      case INTERNAL -> "This is a fault of Tapedeck";
      default -> code.title();
    };
  }

  /** One sentence: what to do about it. */
  private static String hint(Code code) {
    return switch (code) {
      case NOT_FOUND, CONFLICT, UNAVAILABLE -> "Change what the detail names.";
      case DISK_FULL -> "Make room, or name another place with -o.";
      case UNREADABLE_MEDIA -> "Export or copy the video again.";
      case UNSUPPORTED_CONTAINER -> code.hint().replace("Upload a", "Name a");
      case EMPTY_FILE -> "Check that the file was written completely.";
      case TOO_LONG, TOO_LARGE, CONVERSION_TIMEOUT ->
          "Convert it in parts, with --start and --end.";
      case CONVERTER_CRASHED -> "The file is probably damaged: export it again.";
      case IMPLAUSIBLE_LENGTH -> "Its times are probably damaged: export it again.";
      case INTERNAL -> "Please report it; the other files are not affected.";
      default -> code.hint();
    };
  }
}
