package io.tapedeck.http;

import io.tapedeck.core.Reason;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * An answer's body as a blocking channel. A write sends directly from the caller's buffer and
 * returns when the bytes are on their way. A write fails with {@link ClientGone} when the client
 * takes no more bytes.
 */
final class ResponseChannel implements WritableByteChannel {
  /** Bytes of one write to the network. The time that the client has for one follows from it. */
  private static final int MOST_AT_ONCE = 256 * 1024;

  private final Response response;
  private final Patience patience;
  private boolean closed;

  /**
   * @param pause the longest pause in which the client takes no byte
   */
  ResponseChannel(Response response, Duration pause) {
    this.response = response;
    this.patience = new Patience(pause);
  }

  @Override
  public int write(ByteBuffer from) throws ClientGone {
    int count = from.remaining();
    int end = from.limit();
    while (from.position() < end) {
      int start = from.position();
      send(from.limit(Math.min(end, start + MOST_AT_ONCE)), false);
      from.limit(end).position(Math.min(end, start + MOST_AT_ONCE));
    }
    return count;
  }

  /** Sends the last bytes and ends the body. */
  void end(ByteBuffer last) throws ClientGone {
    closed = true;
    send(last, true);
  }

  private void send(ByteBuffer bytes, boolean last) throws ClientGone {
    int count = bytes.remaining();
    long start = System.nanoTime();
    Callback.Completable sent = new Callback.Completable();
    response.write(last, bytes, sent);
    try {
      sent.get(patience.leftFor(count), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw givenUp(sent);
    } catch (ExecutionException e) {
      throw new ClientGone("the client went away: " + Reason.of(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw givenUp(sent);
    }
    patience.waited(System.nanoTime() - start);
    patience.moved(count);
  }

  /** Closes the connection, and waits until nobody reads the caller's buffer any more. */
  private ClientGone givenUp(Callback.Completable sent) {
    response.getRequest().getConnectionMetaData().getConnection().getEndPoint().close();
    sent.handle((done, failure) -> null).join();
    return new ClientGone(
        "the client took its bytes too slowly, less than %d a second"
            .formatted(Patience.LEAST_RATE));
  }

  @Override
  public boolean isOpen() {
    return !closed;
  }

  @Override
  public void close() {
    closed = true;
  }
}
