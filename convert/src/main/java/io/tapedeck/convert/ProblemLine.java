package io.tapedeck.convert;

import io.tapedeck.core.Code;
import io.tapedeck.core.Problem;
import java.util.EnumSet;
import java.util.Set;

/** A problem as the command line says it. */
public final class ProblemLine {
  private static final Set<Code> OF_THE_WEB =
      EnumSet.of(Code.NOT_FOUND, Code.CONFLICT, Code.BAD_REQUEST, Code.UNAVAILABLE);

  private ProblemLine() {}

  /**
   * A problem in one line: what happened, where, and what to do. Titles and hints that speak of web
   * addresses and servers are left out; the detail says all there is to say here.
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
