package io.tapedeck.converter;

import io.tapedeck.core.ConversionId;
import io.tapedeck.core.Problem;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong last with conversions that are tried again. Another converter may end them
 * unheard, so of more than {@value #MOST} the oldest are forgotten.
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

  /** Notes one; returns the one before, if it is known. */
  synchronized Optional<Problem> note(ConversionId id, Problem problem) {
    return Optional.ofNullable(last.put(id, problem));
  }

  /** Forgets a conversion; returns its last one. */
  synchronized @Nullable Problem remove(ConversionId id) {
    return last.remove(id);
  }
}
