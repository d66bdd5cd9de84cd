package io.tapedeck.converter;

import io.tapedeck.cage.Cage;
import io.tapedeck.core.Component;

/** Says what the cage of the child processes lacks of what can hold everywhere. */
record CageHealth(Cage cage) implements Component {
  @Override
  public Health check() {
    return cage.lack().map(Health::down).orElseGet(Health::up);
  }

  /** Holds nothing open. */
  @Override
  public void close() {}
}
