package io.tapedeck.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.concurrent.CountDownLatch;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.BufferUtil;
import org.jspecify.annotations.Nullable;

/**
 * A request's body as a blocking channel: the bytes go from the network's buffer into the reader's,
 * once.
 */
final class RequestChannel implements ReadableByteChannel {
  private final Request request;
  private Content.@Nullable Chunk chunk;
  private boolean ended;
  private boolean closed;

  RequestChannel(Request request) {
    this.request = request;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    Content.Chunk current = next();
    if (current == null) {
      return -1;
    }
    int count = BufferUtil.put(current.getByteBuffer(), into);
    if (!current.hasRemaining()) {
      done(current);
    }
    return count;
  }

  /**
   * The chunk with the next bytes, waiting for it; null at the end. The caller consumes it and then
   * calls {@link #done}.
   */
  Content.@Nullable Chunk next() throws IOException {
    while (chunk == null && !ended) {
      Content.Chunk read = request.read();
      if (read == null) {
        awaitDemand();
      } else if (Content.Chunk.isFailure(read)) {
        throw new IOException(
            "the client went away: " + read.getFailure().getMessage(), read.getFailure());
      } else if (read.hasRemaining()) {
        chunk = read;
      } else {
        ended = read.isLast();
        read.release();
      }
    }
    return chunk;
  }

  void done(Content.Chunk finished) {
    ended = finished.isLast();
    finished.release();
    chunk = null;
  }

  private void awaitDemand() throws IOException {
    CountDownLatch arrived = new CountDownLatch(1);
    request.demand(arrived::countDown);
    try {
      arrived.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException)
          new InterruptedIOException("interrupted while reading the request").initCause(e);
    }
  }

  @Override
  public boolean isOpen() {
    return !closed;
  }

  @Override
  public void close() {
    closed = true;
    if (chunk != null) {
      chunk.release();
      chunk = null;
    }
  }
}
