package io.tapedeck.convert;

import io.tapedeck.core.Code;
import io.tapedeck.core.Problem;
import java.util.EnumSet;
import java.util.Set;

/** The format of a problem on the command line. */
public final class ProblemLine {
  private static final Set<Code> OF_THE_WEB =
      EnumSet.of(Code.NOT_FOUND, Code.CONFLICT, Code.BAD_REQUEST, Code.UNAVAILABLE);

  private ProblemLine() {}

  /**
   * A problem in one line: what happened, where, and what to do. Titles and hints about web
   * addresses and servers are left out; the detail is enough here.
   */
  public static String of(Problem problem) {
    if (OF_THE_WEB.contains(problem.code())) {
      return problem.detail();
    }
    if (problem.code() == Code.DISK_FULL) {
      return problem.detail() + "; make room, or name another place with -o";
    }
    return problem.code().title() + ": " + problem.detail() + ". " + problem.code().hint();
  }
}
