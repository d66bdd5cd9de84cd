package io.tapedeck.app;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes what was added, the last first; one that fails does not keep the others open. */
final class Closer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Closer.class);

  private record Part(String name, AutoCloseable closed) {}

  private final Deque<Part> parts = new ArrayDeque<>();

  <T extends AutoCloseable> T add(String name, T part) {
    parts.push(new Part(name, part));
    return part;
  }

  /** All went well: what was added is somebody else's to close. */
  void keep() {
    parts.clear();
  }

  /** All went well: what was added is closed with what this returns. */
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
