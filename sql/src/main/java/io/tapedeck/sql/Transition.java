package io.tapedeck.sql;

import io.tapedeck.core.ConversionState.Kind;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a requested change does to the row it finds. */
sealed interface Transition {
  /** The move is not possible from this state. */
  record Refuse() implements Transition {}

  /** The row is in the requested state already. */
  record Keep() implements Transition {}

  /**
   * The row moves, unless another caller moves it first.
   *
   * @param set more columns to set, as SQL that starts with a comma; may be empty
   * @param guard more conditions that must still hold, as SQL that starts with AND; may be empty
   */
  record Change(Kind to, String set, String guard, Map<String, @Nullable Object> values)
      implements Transition {}

  static Transition refuse() {
    return new Refuse();
  }

  static Transition keep() {
    return new Keep();
  }

  static Change to(Kind kind) {
    return new Change(kind, "", "", Map.of());
  }

  static Change to(Kind kind, String set, Map<String, @Nullable Object> values) {
    return new Change(kind, set, "", values);
  }

  /** Returns this transition when it is allowed, else a refusal. */
  default Transition when(boolean allowed) {
    return allowed ? this : refuse();
  }
}
