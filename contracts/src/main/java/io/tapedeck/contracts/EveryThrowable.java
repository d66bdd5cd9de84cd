package io.tapedeck.contracts;

import java.io.IOException;
import java.util.List;

/** One of each kind of what can be thrown, for tests of what must go on all the same. */
public final class EveryThrowable {
  private EveryThrowable() {}

  /** A fresh one of each kind. */
  public static List<Throwable> kinds() {
    return List.of(
        new IllegalStateException("a RuntimeException"),
        new IOException("a checked one, thrown where none is declared"),
        new InterruptedException("one that speaks of an interrupt there was none of"),
        new AssertionError("an Error"),
        new OutOfMemoryError("not of this JVM"),
        new StackOverflowError("not of this thread"),
        new NoClassDefFoundError("io/tapedeck/Gone"),
        new Throwable("neither Exception nor Error"));
  }

  /** Throws it, whatever its kind, as code compiled by others may; it never returns. */
  public static RuntimeException sneak(Throwable thrown) {
    EveryThrowable.<RuntimeException>raise(thrown);
    return new IllegalStateException("not reached");
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void raise(Throwable thrown) throws T {
    throw (T) thrown;
  }
}
