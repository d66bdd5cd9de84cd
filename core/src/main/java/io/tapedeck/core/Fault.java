package io.tapedeck.core;

import org.jspecify.annotations.Nullable;

/**
 * Why something could not be done: a {@link Refusal} when the caller must change something, an
 * {@link Outage} when we must change something.
 */
public abstract sealed class Fault extends RuntimeException permits Refusal, Outage {
  private final Problem problem;

  Fault(Problem problem, @Nullable Throwable cause) {
    super(problem.toString(), cause);
    this.problem = problem;
  }

  public Problem problem() {
    return problem;
  }

  public Code code() {
    return problem.code();
  }
}
