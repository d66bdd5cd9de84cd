package io.tapedeck.sql;

import io.tapedeck.core.ConversionState.Kind;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a wish makes of the row it finds. */
sealed interface Transition {
  /** The move is not possible from here. */
  record Refuse() implements Transition {}

  /** What is wished is so already. */
  record Keep() implements Transition {}

  /**
   * The row moves, unless somebody moves it first.
   *
   * @param set more columns to set, as SQL that starts with a comma, or nothing
   * @param guard more that must still be so, as SQL that starts with AND, or nothing
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

  /** This decision when so, a refusal when not. */
  default Transition when(boolean allowed) {
    return allowed ? this : refuse();
  }
}
