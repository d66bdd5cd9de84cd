package io.tapedeck.convert;

import io.tapedeck.core.Code;
import io.tapedeck.core.Problem;
import io.tapedeck.extraction.Extracted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The inputs that can be read: files, and pipes with or without a name. */
public final class Sources {
  /** What the JVM puts for bytes that are not UTF-8; such a name does not find the file. */
  private static final String UNKNOWN = "\ufffd";

  private static final String RENAME =
      " is not UTF-8 and cannot be opened by it; rename it, or feed the file in:"
          + " tapedeck convert - <FILE >OUT.mp3";

  private static final int KIND = 0xf000; // of st_mode
  private static final int PIPE = 0x1000;

  private Sources() {}

  /**
   * What a file was before its conversion, for files that are still being written.
   *
   * @param size bytes
   * @param modified milliseconds since 1970
   */
  record State(long size, long modified) {
    private static final String GROWS =
        "the file changed while it was converted; if it was still being written, convert it again";

    /** The MP3, with a warning if the file has changed. */
    Extracted warned(Path file, Extracted made) {
      return hasChanged(file) ? made.warning(GROWS) : made;
    }

    /** The problem, which may be none later if the file has changed. */
    Problem told(Path file, Problem problem) {
      return hasChanged(file)
          ? new Problem(problem.code(), problem.detail() + "; " + GROWS)
          : problem;
    }

    private boolean hasChanged(Path file) {
      return Files.exists(file) && !equals(state(file));
    }
  }

  /** The state of a file now. */
  static State state(Path file) {
    try {
      return new State(Files.size(file), Files.getLastModifiedTime(file).toMillis());
    } catch (IOException e) {
      return new State(0, 0);
    }
  }

  /** Why the source cannot be read, when that is known before reading. */
  public static Optional<Problem> refusal(Path source) {
    if (!Files.exists(source)) {
      return isUnknown(source.toString())
          ? missing("its name" + RENAME)
          : isUnknown(source.toAbsolutePath().toString())
              ? missing("the name of this folder" + RENAME)
              : Optional.empty();
    }
    if (!Files.isReadable(source)) {
      return Optional.of(
          new Problem(Code.UNAVAILABLE, "it may not be read (permission denied); see its owner"));
    }
    return Files.isRegularFile(source) || isPipe(source)
        ? Optional.empty()
        : missing("it is a device, and neither a file nor a pipe");
  }

  /** Whether a name contains bytes that are not UTF-8. */
  static boolean isUnknown(String name) {
    return name.contains(UNKNOWN);
  }

  /** Whether the source can be read only once, from its beginning to its end. */
  static boolean isPipe(Path source) {
    try {
      return !Files.isRegularFile(source)
          && Files.getAttribute(source, "unix:mode") instanceof Integer mode
          && (mode & KIND) == PIPE;
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /** The size of a file; 0 when it is not known. */
  static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return 0;
    }
  }

  private static Optional<Problem> missing(String what) {
    return Optional.of(new Problem(Code.NOT_FOUND, what));
  }
}
