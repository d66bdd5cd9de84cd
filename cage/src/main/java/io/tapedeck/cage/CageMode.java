package io.tapedeck.cage;

/** What happens where the cage of the child processes lacks a part. */
public enum CageMode {
  /** Nothing starts unless all layers hold that hold on every supported system. */
  REQUIRED,
  /** Each layer that works here is used. */
  BEST,
  /** No cage; the limits on written files, cores and memory stay where prlimit is installed. */
  OFF
}
