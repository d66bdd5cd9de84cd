package io.tapedeck.gateway;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/** A channel of received bytes. An observer sees each piece before it is stored. */
final class ObservedChannel implements ReadableByteChannel {
  /** Sees a piece: the bytes between position and limit. It may throw to end the upload. */
  @FunctionalInterface
  interface Observer {
    void piece(ByteBuffer bytes);

    /** This observer, and then another one. */
    default Observer and(Observer other) {
      return bytes -> {
        piece(bytes);
        other.piece(bytes);
      };
    }
  }

  private final ReadableByteChannel from;
  private final Observer observer;

  ObservedChannel(ReadableByteChannel from, Observer observer) {
    this.from = from;
    this.observer = observer;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    int start = into.position();
    int count = from.read(into);
    if (count > 0) {
      try {
        observer.piece(into.duplicate().flip().position(start));
      } catch (RuntimeException e) {
        into.position(start); // nobody keeps the bytes that were refused
        throw e;
      }
    }
    return count;
  }

  @Override
  public boolean isOpen() {
    return from.isOpen();
  }

  @Override
  public void close() throws IOException {
    from.close();
  }
}
