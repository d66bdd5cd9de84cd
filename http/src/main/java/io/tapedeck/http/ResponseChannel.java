package io.tapedeck.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Blocker;

/**
 * An answer's body as a blocking channel: each write is on its way when it returns, from the
 * caller's buffer. Where the client no longer takes them it fails with {@link ClientGone}.
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
