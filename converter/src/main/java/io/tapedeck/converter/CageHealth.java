package io.tapedeck.converter;

import io.tapedeck.core.Component;
import io.tapedeck.ffmpeg.Cage;

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
