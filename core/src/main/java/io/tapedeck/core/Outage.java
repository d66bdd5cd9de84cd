package io.tapedeck.core;

import org.jspecify.annotations.Nullable;

/**
 * Our fault: a disk, database, broker or other part did not do its work. Nothing was changed, and a
 * later try can succeed.
 */
public final class Outage extends Fault {
  public Outage(Code code, String detail, @Nullable Throwable cause) {
    super(new Problem(code, detail), cause);
  }

  public Outage(String detail, @Nullable Throwable cause) {
    this(Code.UNAVAILABLE, detail, cause);
  }
}
