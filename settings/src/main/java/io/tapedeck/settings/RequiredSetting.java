package io.tapedeck.settings;

import java.util.List;
import java.util.Optional;

/** Settings without a default that only some commands need. */
public final class RequiredSetting {
  private RequiredSetting() {}

  /**
   * The setting's value.
   *
   * @throws UsageErrors when the setting is missing
   */
  public static <T> T of(String key, Optional<T> value) {
    return value.orElseThrow(
        () -> wrong(key, "this role needs it", "set it; docs/settings.md tells what it is"));
  }

  /** The error for one setting that proves wrong only when it is used. */
  public static UsageErrors wrong(String key, String what, String remedy) {
    return new UsageErrors(List.of(new Values.UsageError(key, what, remedy)));
  }
}
