package io.tapedeck.http;

import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * An answer: status, headers, body. It never changes; {@link #header} returns a new answer.
 *
 * @param headers names and values in the order they are sent; a name may occur twice
 */
public record Reply(int status, List<Header> headers, Body body) {
  /** One header line. */
  public record Header(String name, String value) {}

  /** The part after the headers. */
  public sealed interface Body {
    /** No bytes. */
    record Empty() implements Body {}

    /** Bytes that are already in memory. No code compares them, so an array is enough. */
    @SuppressWarnings("ArrayRecordComponent")
    record Bytes(byte[] bytes) implements Body {}

    /** Bytes that are written while they are sent. {@code length} is -1 when unknown. */
    record Stream(long length, BodyWriter writer) implements Body {}
  }

  /** Writes a body. Each write is sent at once, so avoid very small writes. */
  @FunctionalInterface
  public interface BodyWriter {
    void write(WritableByteChannel to) throws IOException;
  }

  public Reply {
    headers = List.copyOf(headers);
  }

  public static Reply of(int status) {
    return new Reply(status, List.of(), new Body.Empty());
  }

  /** 204. */
  public static Reply nothing() {
    return of(204);
  }

  /**
   * The value as JSON: a record, map, list or plain value. Empty Optionals are null, instants are
   * RFC 3339.
   */
  public static Reply json(int status, Object value) {
    return bytes(status, "application/json", Json.bytes(value));
  }

  public static Reply json(Object value) {
    return json(200, value);
  }

  /** Text as {@code text/plain; charset=utf-8}. */
  public static Reply text(int status, String text) {
    return bytes(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }

  public static Reply bytes(int status, String contentType, byte[] bytes) {
    return new Reply(
        status, List.of(new Header("Content-Type", contentType)), new Body.Bytes(bytes));
  }

  /** A body that is written while it is sent. Its length is -1 when unknown. */
  public static Reply stream(int status, String contentType, long length, BodyWriter writer) {
    return new Reply(
        status, List.of(new Header("Content-Type", contentType)), new Body.Stream(length, writer));
  }

  public Reply header(String name, String value) {
    List<Header> more = new ArrayList<>(headers);
    more.add(new Header(name, value));
    return new Reply(status, more, body);
  }
}
