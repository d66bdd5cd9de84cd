package io.tapedeck.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Blocker;

/**
 * An answer's body as a blocking channel. A write sends directly from the caller's buffer and
 * returns when the bytes are on their way. A write fails with {@link ClientGone} when the client
 * takes no more bytes.
 */
final class ResponseChannel implements WritableByteChannel {
  private final Response response;
  private boolean closed;

  ResponseChannel(Response response) {
    this.response = response;
  }

  @Override
  public int write(ByteBuffer from) throws ClientGone {
    int count = from.remaining();
    send(from, false);
    return count;
  }

  /** Sends the last bytes and ends the body. */
  void end(ByteBuffer last) throws ClientGone {
    closed = true;
    send(last, true);
  }

  private void send(ByteBuffer bytes, boolean last) throws ClientGone {
    try (Blocker.Callback sent = Blocker.callback()) {
      response.write(last, bytes, sent);
      sent.block();
    } catch (IOException e) {
      throw new ClientGone("the client went away: " + e.getMessage(), e);
    }
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
