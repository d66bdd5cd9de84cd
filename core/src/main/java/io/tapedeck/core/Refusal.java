package io.tapedeck.core;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A fault of the caller. The same request is refused again until the request or the caller's
 * account changes.
 */
public final class Refusal extends Fault {
  private final transient @Nullable Duration retryAfter;

  public Refusal(Code code, String detail) {
    this(code, detail, null);
  }

  /** A refusal that ends by itself after the given time, such as a rate limit. */
  public Refusal(Code code, String detail, @Nullable Duration retryAfter) {
    super(new Problem(code, detail), null);
    this.retryAfter = retryAfter;
  }

  /** How long to wait before the same request can succeed. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
