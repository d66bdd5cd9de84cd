package io.tapedeck.app;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes the added parts, the last first; after one fails, the others are still closed. */
final class Closer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Closer.class);

  private record Part(String name, AutoCloseable closed) {}

  private final Deque<Part> parts = new ArrayDeque<>();

  <T extends AutoCloseable> T add(String name, T part) {
    parts.push(new Part(name, part));
    return part;
  }

  /** Call this on success, when another owner closes the added parts. */
  void keep() {
    parts.clear();
  }

  /** Call this on success: the returned closer closes the added parts. */
  Closer handOver() {
    Closer next = new Closer();
    next.parts.addAll(parts);
    parts.clear();
    return next;
  }

  @Override
  public void close() {
    while (!parts.isEmpty()) {
      Part part = parts.pop();
      try {
        part.closed().close();
      } catch (Exception e) {
        LOG.atWarn()
            .setCause(e)
            .addKeyValue("part", part.name())
            .log("it did not close cleanly; the others are closed all the same");
      }
    }
  }
}
