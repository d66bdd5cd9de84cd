package io.tapedeck.settings;

import java.util.List;
import java.util.stream.Collectors;

/** Settings that cannot be used: all their errors at once. */
public final class UsageErrors extends RuntimeException {
  public UsageErrors(List<Values.UsageError> usageErrors) {
    super(
        usageErrors.stream()
            .map(usageError -> "\n  " + usageError)
            .collect(Collectors.joining("", "tapedeck: the settings cannot be used:", "")));
  }
}
