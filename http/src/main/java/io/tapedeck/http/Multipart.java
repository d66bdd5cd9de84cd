package io.tapedeck.http;

import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Text;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.MultiPart;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.BufferUtil;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a {@code multipart/form-data} body (RFC 7578), one after the other as they arrive.
 * Nothing is kept in memory or on disk. A caller may ask for the next part after it read the part
 * before, or when it does not want that part.
 */
public final class Multipart {
  private static final int HEADER_LIMIT = 16 * 1024;
  private static final int MOST_PARTS = 100;

  /** What the parser found, in order. */
  private sealed interface Found {
    record Head(Map<String, String> headers) implements Found {}

    record Bytes(ByteBuffer bytes) implements Found {}

    record End() implements Found {}
  }

  private final RequestChannel body;
  private final MultiPart.Parser parser;
  private final Queue<Found> found = new ArrayDeque<>();
  private @Nullable Throwable failure;
  private boolean complete;

  private Multipart(RequestChannel body, String boundary) {
    this.body = body;
    this.parser = new MultiPart.Parser(boundary, new Listener());
    parser.setPartHeadersMaxLength(HEADER_LIMIT);
    parser.setMaxParts(MOST_PARTS);
  }

  static Multipart of(String contentType, RequestChannel body) {
    boolean form = contentType.toLowerCase(Locale.ROOT).startsWith("multipart/form-data");
    String boundary = form ? parameters(contentType).get("boundary") : null;
    if (boundary == null || boundary.isEmpty()) {
      throw new HttpRefusal(
          HttpCode.UNSUPPORTED_MEDIA_TYPE,
          "expected multipart/form-data with a boundary, not " + Text.shown(contentType));
    }
    return new Multipart(body, boundary);
  }

  private static Map<String, String> parameters(String header) {
    Map<String, String> parameters = new LinkedHashMap<>();
    try {
      HttpField.getValueParameters(header, parameters);
      return parameters;
    } catch (IllegalArgumentException e) { // a quotation mark is open, or the encoding is unknown
      throw new Refusal(Code.BAD_REQUEST, "a header is not well formed: " + Text.shown(header));
    }
  }

  /** The next part; empty when there is none. Unread bytes of the part before are skipped. */
  public Optional<Part> next() throws IOException {
    while (true) {
      Found next = take();
      if (next == null) {
        return Optional.empty();
      }
      if (next instanceof Found.Head(Map<String, String> headers)) {
        return Optional.of(new Part(headers));
      }
    }
  }

  private @Nullable Found take() throws IOException {
    while (found.isEmpty() && !complete) {
      Content.Chunk chunk = body.next();
      if (chunk == null) {
        parser.parse(Content.Chunk.EOF);
        complete = true;
      } else {
        parser.parse(chunk);
        // The parser's slices still point into this chunk. They are read before the next chunk is
        // requested.
        pending = chunk;
      }
      if (failure != null) {
        release();
        throw new Refusal(Code.INCOMPLETE_UPLOAD, "the form is not whole: " + failure.getMessage());
      }
      if (found.isEmpty()) {
        release();
      }
    }
    Found next = found.poll();
    if (next == null) {
      release();
    }
    return next;
  }

  private Content.@Nullable Chunk pending;

  private void release() {
    if (pending != null) {
      body.done(pending);
      pending = null;
    }
  }

  private final class Listener implements MultiPart.Parser.Listener {
    private Map<String, String> headers = new LinkedHashMap<>();

    @Override
    public void onPartBegin() {
      headers = new LinkedHashMap<>();
    }

    @Override
    public void onPartHeader(String name, String value) {
      headers.put(name.toLowerCase(Locale.ROOT), value);
    }

    @Override
    public void onPartHeaders() {
      found.add(new Found.Head(headers));
    }

    @Override
    public void onPartContent(Content.Chunk chunk) {
      if (chunk.hasRemaining()) {
        found.add(new Found.Bytes(chunk.getByteBuffer().slice()));
      }
    }

    @Override
    public void onPartEnd() {
      found.add(new Found.End());
    }

    @Override
    public void onComplete() {
      complete = true;
    }

    @Override
    public void onFailure(Throwable cause) {
      failure = cause;
    }
  }

  /** One part: a field, or a file. */
  public final class Part implements ReadableByteChannel {
    private final Map<String, String> headers;
    private @Nullable ByteBuffer current;
    private boolean ended;

    private Part(Map<String, String> headers) {
      this.headers = headers;
    }

    /** The field's name; empty when it has none. */
    public String name() {
      return parameter("name").orElse("");
    }

    /** The file's name as the client gave it. It is data, never a path. */
    public Optional<String> fileName() {
      return parameter("filename");
    }

    private Optional<String> parameter(String name) {
      return Optional.ofNullable(
          parameters(headers.getOrDefault("content-disposition", "")).get(name));
    }

    /** The whole part as text, at most {@code limit} bytes. */
    public String text(int limit) throws IOException {
      ByteBuffer buffer = ByteBuffer.allocate(4096);
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      while (read(buffer) >= 0) {
        text.write(buffer.array(), 0, buffer.position());
        buffer.clear();
        if (text.size() > limit) {
          throw new Refusal(
              Code.TOO_LARGE, "the field " + Text.shown(name()) + " may have " + limit + " bytes");
        }
      }
      return text.toString(StandardCharsets.UTF_8);
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
      while (current == null && !ended) {
        Found next = take();
        switch (next) {
          case Found.Bytes(ByteBuffer bytes) -> current = bytes;
          case null -> throw new Refusal(Code.INCOMPLETE_UPLOAD, "the form ends within a part");
          case Found.End end -> ended = true;
          case Found.Head head ->
              throw new IllegalStateException("a part began before the last one ended");
        }
      }
      if (current == null) {
        return -1;
      }
      int count = BufferUtil.put(current, into);
      if (!current.hasRemaining()) {
        current = null;
      }
      return count;
    }

    @Override
    public boolean isOpen() {
      return !ended;
    }

    @Override
    public void close() {
      // The next call of next() skips the unread rest.
    }
  }
}
