package io.tapedeck.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.BufferUtil;
import org.jspecify.annotations.Nullable;

/**
 * A request's body as a blocking channel. The bytes are copied once, from the network's buffer into
 * the reader's. Reading fails with {@link ClientGone}, or with {@link InterruptedIOException} when
 * this server stops.
 */
final class RequestChannel implements ReadableByteChannel {
  /** The longest unread body, in bytes, that is dropped before the answer once it has arrived. */
  private static final long SHORT = 16 * 1024;

  private static final Duration LONGEST_DRAIN = Duration.ofSeconds(30);
  private static final Duration LONGEST_DRAIN_PAUSE = Duration.ofSeconds(5);

  /** The same while the server stops, which does not wait for long. */
  private static final Duration LAST_DRAIN = Duration.ofMillis(500);

  private final Request request;
  private final Duration smallBodyTime;
  private final Patience patience;
  private final Budgets.Holding holding;
  private Content.@Nullable Chunk chunk;
  private boolean begun;
  private boolean ended;
  private volatile boolean closed;
  private volatile boolean stopped;
  private volatile boolean serverStops;
  private volatile boolean demanded;
  private volatile @Nullable CountDownLatch waiting;

  private long deadline;
  private boolean hurried;
  private boolean counted;
  private boolean slow;
  private boolean draining;

  /**
   * @param holding counts the body as arriving while it is small and not here yet
   */
  RequestChannel(Request request, WebServer.Limits limits, Budgets.Holding holding) {
    this.request = request;
    this.smallBodyTime = limits.body();
    this.patience = new Patience(limits.pause());
    this.holding = holding;
  }

  /** From now on the rest of the body must arrive within the time for a small body. */
  void hurry() {
    deadline = System.nanoTime() + smallBodyTime.toNanos();
    hurried = true;
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
   * Waits for the chunk with the next bytes; null at the end. The caller consumes the chunk and
   * then calls {@link #done}.
   */
  Content.@Nullable Chunk next() throws IOException {
    return next(Long.MAX_VALUE);
  }

  /** The time that is left for the next byte, in nanoseconds. */
  private long left() throws ClientGone {
    if (!hurried) {
      return patience.left();
    }
    if (!counted) {
      holding.arriving();
      counted = true;
    }
    return Math.max(0, deadline - System.nanoTime());
  }

  /**
   * @param longest to wait for a byte, in nanoseconds
   */
  private Content.@Nullable Chunk next(long longest) throws IOException {
    begun = true;
    while (chunk == null && !ended) {
      if (stopped) {
        throw new ClientGone("another request took the place of this one");
      }
      if (serverStops && !draining) {
        throw new InterruptedIOException("the server stops");
      }
      Content.Chunk read = request.read();
      if (read == null) {
        awaitDemand(Math.min(left(), longest));
      } else if (Content.Chunk.isFailure(read)) {
        throw new ClientGone(
            "the client went away: " + read.getFailure().getMessage(), read.getFailure());
      } else if (read.hasRemaining()) {
        patience.moved(read.remaining());
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

  private void awaitDemand(long nanos) throws IOException {
    long start = System.nanoTime();
    CountDownLatch arrived = new CountDownLatch(1);
    waiting = arrived;
    if (!demanded) { // still true where a wait was ended from outside
      demanded = true;
      request.demand(this::arrived);
    }
    try {
      if (!stopped && !(serverStops && !draining) && !arrived.await(nanos, TimeUnit.NANOSECONDS)) {
        slow = true;
        throw new ClientGone(
            hurried
                ? "the body did not come within " + smallBodyTime.toSeconds() + " s"
                : "its bytes came too slowly, less than %d a second"
                    .formatted(Patience.LEAST_RATE));
      }
      patience.waited(System.nanoTime() - start);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException)
          new InterruptedIOException("interrupted while reading the request").initCause(e);
    }
  }

  private void arrived() {
    demanded = false;
    wake();
  }

  /** Makes the waiting read, or the next one, fail. For any thread. */
  void stop() {
    stopped = true;
    wake();
  }

  /** Ends the waiting read, or the next one, because this server stops. For any thread. */
  void endWithServer() {
    serverStops = true;
    wake();
  }

  private void wake() {
    CountDownLatch latch = waiting;
    if (latch != null) {
      latch.countDown();
    }
  }

  /**
   * Whether the client sends, or may still send, bytes that nobody reads. Such a connection cannot
   * carry another request. A client that waits for 100 Continue and got none does not send.
   */
  boolean leftUnread() {
    var headers = request.getHeaders();
    boolean chunked = headers.contains(HttpHeader.TRANSFER_ENCODING, "chunked");
    boolean waits = !begun && headers.contains(HttpHeader.EXPECT, "100-continue");
    if (ended || waits || stopped || (request.getLength() <= 0 && !chunked)) {
      return false;
    }
    if (!chunked && request.getLength() <= SHORT) {
      dropWhatIsHere();
    }
    return !ended;
  }

  private void dropWhatIsHere() {
    while (!ended) {
      Content.Chunk here = chunk != null ? chunk : request.read();
      if (here == null || Content.Chunk.isFailure(here)) {
        return;
      }
      done(here);
    }
  }

  /**
   * Reads and drops what the client still sends, for a limited time. Closing at once would reset
   * the connection, and the client would never see the answer that gives the reason.
   */
  void drain() {
    if (slow || !holding.mayDrop()) {
      return;
    }
    draining = true;
    Duration most = serverStops ? LAST_DRAIN : LONGEST_DRAIN;
    Duration pause = serverStops ? LAST_DRAIN : LONGEST_DRAIN_PAUSE;
    long start = System.nanoTime();
    try {
      while (System.nanoTime() - start < most.toNanos()) {
        Content.Chunk dropped = next(pause.toNanos());
        if (dropped == null) {
          return;
        }
        done(dropped);
      }
    } catch (IOException e) {
      // The client is gone or silent, so nobody can be told.
      ended = true;
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
