package io.tapedeck.core;

import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** Why something failed, in one line for a log: the innermost message of a chain of causes. */
public final class Reason {
  private static final int LONGEST = 300;

  private Reason() {}

  /**
   * The message of the innermost cause that has one. When none has, the class name of the innermost
   * cause. Always one line of at most 300 characters.
   */
  public static String of(Throwable thrown) {
    String said = "";
    Throwable last = thrown;
    for (@Nullable Throwable each = thrown; each != null; each = each.getCause()) {
      String here = message(each);
      said = here.isEmpty() ? said : here;
      last = each;
    }
    return line(said.isEmpty() ? last.getClass().getSimpleName() : said);
  }

  private static String message(Throwable thrown) {
    String said = thrown.getMessage() == null ? "" : thrown.getMessage().strip();
    return thrown instanceof UnknownHostException ? "no such host: " + said : said;
  }

  /** Text from elsewhere as one line of at most 300 characters. */
  public static String line(String text) {
    String line = text.strip().replaceAll("\\s*[\\r\\n]+\\s*", " | ");
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST - 1) + "…";
  }
}
