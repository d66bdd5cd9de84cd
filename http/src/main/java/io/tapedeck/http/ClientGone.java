package io.tapedeck.http;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The client's connection broke, or brought nothing in time. It is a class of its own so that a
 * failure of our disk, also an {@link IOException}, is never mistaken for it.
 */
final class ClientGone extends IOException {
  ClientGone(String message) {
    this(message, null);
  }

  ClientGone(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
