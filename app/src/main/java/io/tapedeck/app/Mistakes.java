package io.tapedeck.app;

import java.util.List;
import java.util.stream.Collectors;

/** Settings that cannot be used: all that is wrong with them, at once. */
final class Mistakes extends RuntimeException {
  Mistakes(List<Values.Mistake> mistakes) {
    super(
        mistakes.stream()
            .map(mistake -> "\n  " + mistake)
            .collect(Collectors.joining("", "tapedeck: the settings cannot be used:", "")));
  }
}
