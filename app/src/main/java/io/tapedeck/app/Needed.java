package io.tapedeck.app;

import java.util.List;
import java.util.Optional;

/** Settings that have no default, and that only some commands need. */
final class Needed {
  private Needed() {}

  /**
   * The setting's value.
   *
   * @throws Mistakes when it was not given
   */
  static <T> T of(String key, Optional<T> value) {
    return value.orElseThrow(
        () -> wrong(key, "this role needs it", "set it; docs/settings.md tells what it is"));
  }

  /** One setting that only shows to be wrong when it is used. */
  static Mistakes wrong(String key, String what, String remedy) {
    return new Mistakes(List.of(new Values.Mistake(key, what, remedy)));
  }
}
