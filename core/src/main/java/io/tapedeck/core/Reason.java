package io.tapedeck.core;

import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** Why something failed, in one line for a log: what lies at the bottom of a chain of causes. */
public final class Reason {
  private static final int LONGEST = 300;

  private Reason() {}

  /**
   * The innermost cause that says something; where none does, what the innermost one is called.
   * Never more than one line of 300 characters.
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

  /** Text of others as one line that is not too long. */
  public static String line(String text) {
    String line = text.strip().replaceAll("\\s*[\\r\\n]+\\s*", " | ");
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST - 1) + "…";
  }
}
