package io.tapedeck.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A stream of server-sent events (HTML Living Standard, 9.2). Each event is sent at once. */
public final class EventStream {
  /** Writes events until it returns; then the stream ends. */
  @FunctionalInterface
  public interface Source {
    void run(EventStream stream) throws IOException;
  }

  private final WritableByteChannel to;

  private EventStream(WritableByteChannel to) {
    this.to = to;
  }

  /**
   * A 200 that lasts until the source returns or the client is gone.
   *
   * @throws io.tapedeck.core.Refusal when this address, or all together, have enough streams
   */
  public static Reply reply(Exchange exchange, Source source) {
    exchange.countStream();
    return Reply.stream(
            200, "text/event-stream", -1, channel -> source.run(new EventStream(channel)))
        .header("Cache-Control", "no-store")
        // nginx would hold events back until its buffer is full.
        .header("X-Accel-Buffering", "no");
  }

  /** Sends an event. A client that reconnects sends the last id in Last-Event-ID. */
  public void event(String type, String id, Object json) throws IOException {
    send("event: " + type + "\nid: " + id + "\ndata: " + Json.text(json) + "\n\n");
  }

  /** Sends a line that clients ignore and that shows proxies that the connection is alive. */
  public void comment(String text) throws IOException {
    send(": " + text + "\n\n");
  }

  /** Tells the client how long to wait before it reconnects. */
  public void retry(Duration pause) throws IOException {
    send("retry: " + pause.toMillis() + "\n\n");
  }

  private void send(String text) throws IOException {
    to.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }
}
