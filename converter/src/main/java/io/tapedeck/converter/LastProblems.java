package io.tapedeck.converter;

import io.tapedeck.core.ConversionId;
import io.tapedeck.core.Problem;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The last problems of conversions that are tried again. Another converter may end such a
 * conversion without notice, so beyond {@value #MOST} the oldest problems are dropped.
 */
final class LastProblems {
  static final int MOST = 1_000;

  private final Map<ConversionId, Problem> last =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ConversionId, Problem> eldest) {
          return size() > MOST;
        }
      };

  /** Records a problem; returns the conversion's previous one, if it is known. */
  synchronized Optional<Problem> note(ConversionId id, Problem problem) {
    return Optional.ofNullable(last.put(id, problem));
  }

  /** Drops a conversion; returns its last problem. */
  synchronized @Nullable Problem remove(ConversionId id) {
    return last.remove(id);
  }
}
