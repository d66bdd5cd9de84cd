package io.tapedeck.convert;

import io.tapedeck.core.Code;
import io.tapedeck.core.Problem;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * One input of the command line.
 *
 * @param name as the person wrote it, or as it was found in a folder
 * @param inFolder its path below the folder that the person named; empty for a file that was named
 *     itself
 * @param stream whether it is standard input
 * @param refused why it cannot be converted, when that is known already
 */
record Input(String name, Optional<Path> inFolder, boolean stream, Optional<Problem> refused) {
  private static final Set<String> STDIN = Set.of("-", "/dev/stdin", "/dev/fd/0");

  /** A name on the command line. */
  static Input argument(String name) {
    return new Input(name, Optional.empty(), STDIN.contains(name), Optional.empty());
  }

  /** A name in a list: always that of a file. */
  static Input listed(String name) {
    return new Input(name, Optional.empty(), false, Optional.empty());
  }

  /** A file in a folder. */
  static Input found(Path folder, Path below) {
    return new Input(folder.resolve(below).toString(), Optional.of(below), false, Optional.empty());
  }

  static Input refused(String name, Code code, String why) {
    return new Input(name, Optional.empty(), false, Optional.of(new Problem(code, why)));
  }
}
