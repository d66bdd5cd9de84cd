package io.tapedeck.http;

import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Text;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;

/** One request as a route sees it. */
public final class Exchange {
  /** The most bytes of a body that are held before its sender is known; all our JSON is smaller. */
  public static final int SMALL_BODY = 8 * 1024;

  private final Request request;
  private final Map<String, String> pathParameters;
  private final String basePath;
  private final String traceId;
  private final RequestChannel body;
  private final Budgets.Holding holding;
  private final List<Reply.Header> headers = new ArrayList<>();

  Exchange(
      Request request,
      RequestChannel body,
      Budgets.Holding holding,
      Map<String, String> pathParameters,
      String basePath,
      String traceId) {
    this.request = request;
    this.pathParameters = pathParameters;
    this.basePath = basePath;
    this.traceId = traceId;
    this.body = body;
    this.holding = holding;
  }

  /**
   * Counts the request for its address, and checks the host name that it was sent to.
   *
   * @throws Refusal {@link Code#RATE_LIMITED} or {@link Code#UNAVAILABLE}
   * @throws HttpRefusal {@link HttpCode#MISDIRECTED_REQUEST}
   */
  void begin(HostNames names) {
    holding.request();
    names.check(Request.getServerName(request));
  }

  /**
   * Counts the request for its account until it is answered, so that one account leaves requests
   * for others. For whoever finds the account; only the first call counts.
   *
   * @throws Refusal {@link Code#RATE_LIMITED} or {@link Code#UNAVAILABLE}
   */
  public void countFor(String account) {
    holding.account(account);
  }

  /** Counts an event stream for its address; see {@link EventStream#reply}. */
  void countStream() {
    holding.stream();
  }

  /**
   * Tells the client, in the answer, how much of a rate is left to it (RateLimit header fields for
   * HTTP, an IETF draft). For whoever counts this request, also when it is refused.
   *
   * @param name of what is counted, in letters and dashes
   * @param most in one window
   * @param left for this client now
   * @param reset when some or all of it is there again
   */
  public void rate(String name, long most, Duration window, long left, Duration reset) {
    String item = "\"" + name + "\"";
    headers.add(
        new Reply.Header("RateLimit-Policy", item + ";q=" + most + ";w=" + window.toSeconds()));
    headers.add(
        new Reply.Header("RateLimit", item + ";r=" + Math.max(0, left) + ";t=" + seconds(reset)));
  }

  private static long seconds(Duration time) {
    return Math.max(0, time.plusMillis(999).toSeconds());
  }

  /** The answer with the headers that were noted meanwhile. */
  Reply withHeaders(Reply reply) {
    Reply all = reply;
    for (Reply.Header header : headers) {
      all = all.header(header.name(), header.value());
    }
    return all;
  }

  public String method() {
    return request.getMethod();
  }

  /** The part of the path at {@code {name}} in the route's template, decoded. */
  public String path(String name) {
    String value = pathParameters.get(name);
    if (value == null) {
      throw new IllegalArgumentException("the route's template has no {" + name + "}");
    }
    return value;
  }

  /** Path and query without the base path, encoded as they came. */
  public String target() {
    return request.getHttpURI().getPathQuery().substring(basePath.length());
  }

  /** The last value of a query parameter. */
  public Optional<String> query(String name) {
    Fields fields;
    try {
      fields = Request.extractQueryParameters(request);
    } catch (IllegalArgumentException | HttpException.IllegalStateException e) {
      throw new Refusal(Code.BAD_REQUEST, "the query is not well encoded: " + e.getMessage());
    }
    List<String> values = fields.getValuesOrEmpty(name);
    return values.isEmpty() ? Optional.empty() : Optional.of(values.getLast());
  }

  public Optional<String> header(String name) {
    return Optional.ofNullable(request.getHeaders().get(name));
  }

  /** All lines of a header, as they came. */
  public List<String> headers(String name) {
    return request.getHeaders().getValuesList(name);
  }

  public Optional<String> cookie(String name) {
    return Request.getCookies(request).stream()
        .filter(cookie -> cookie.getName().equals(name))
        .map(HttpCookie::getValue)
        .findFirst();
  }

  /**
   * The address as clients know it, also behind a proxy. It has no slash at the end, such as {@code
   * https://sound.example/base}.
   */
  public String origin() {
    var uri = request.getHttpURI();
    String host = Request.getServerName(request);
    int port = Request.getServerPort(request);
    boolean standard = port <= 0 || port == ("https".equals(uri.getScheme()) ? 443 : 80);
    String shownHost = host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    return uri.getScheme() + "://" + shownHost + (standard ? "" : ":" + port) + basePath;
  }

  /** Whether this is the value of an Origin header that a page of this server sends. */
  public boolean isOwn(String origin) {
    String here = origin();
    return origin.equals(here.substring(0, here.length() - basePath.length()));
  }

  /** Whether the client used TLS, here or at a trusted proxy. */
  public boolean secure() {
    return request.isSecure();
  }

  /** The path where this server is mounted, such as {@code /base}; empty at the root. */
  public String basePath() {
    return basePath;
  }

  /** The client's address. */
  public String remote() {
    return Request.getRemoteAddr(request);
  }

  /**
   * The address as limits count it: for IPv6 the network, because one client has 2^64 addresses in
   * it.
   */
  public static String client(String address) {
    return Budgets.client(address);
  }

  /** The W3C trace id: the caller's when the caller sent one. */
  public String traceId() {
    return traceId;
  }

  /** Content-Length, or -1 when the client did not say. */
  public long contentLength() {
    return request.getLength();
  }

  /**
   * The body as it arrives. Reading blocks, and throws {@link IOException} when the client goes
   * away.
   */
  public ReadableByteChannel body() {
    return body;
  }

  /**
   * Makes the reader of the body fail, now or at the next read, because another request took the
   * place of this one. For any thread.
   */
  public void hangUp() {
    body.stop();
  }

  /**
   * The body as JSON of this shape, at most 8 KiB.
   *
   * @throws HttpRefusal {@link HttpCode#UNSUPPORTED_MEDIA_TYPE}
   * @throws Refusal {@link Code#BAD_REQUEST} or {@link Code#TOO_LARGE}
   */
  public <T> T json(Class<T> type) throws IOException {
    return json(type, SMALL_BODY);
  }

  /** Like {@link #json}, with the limit for a caller who is known. */
  public <T> T json(Class<T> type, int limit) throws IOException {
    requireJson();
    return Json.read(new ByteArrayInputStream(bytes(limit)), type);
  }

  /** Like {@link #json}, but empty when the request has no body. */
  public <T> Optional<T> jsonIfAny(Class<T> type) throws IOException {
    if (header("Content-Type").isPresent()) {
      requireJson();
    }
    byte[] bytes = bytes(SMALL_BODY);
    if (bytes.length == 0) {
      return Optional.empty();
    }
    requireJson();
    return Optional.of(Json.read(new ByteArrayInputStream(bytes), type));
  }

  /** Other types are those that a form of another site can send without asking first. */
  private void requireJson() {
    String type = header("Content-Type").orElse("");
    if (!type.matches("(?i)application/([a-z0-9.-]+\\+)?json\\s*(;.*)?")) {
      throw new HttpRefusal(
          HttpCode.UNSUPPORTED_MEDIA_TYPE,
          type.isEmpty()
              ? "send Content-Type: application/json"
              : "expected application/json, not " + Text.shown(type));
    }
  }

  /**
   * The whole body, at most {@code limit} bytes; more is {@link Code#TOO_LARGE}. The body must
   * arrive within some seconds ({@link WebServer.Limits#body}).
   */
  public byte[] bytes(int limit) throws IOException {
    if (contentLength() > limit) {
      throw new Refusal(
          Code.TOO_LARGE, "this body may have " + limit + " bytes, not " + contentLength());
    }
    body.hurry();
    InputStream stream = Channels.newInputStream(body);
    byte[] bytes = stream.readNBytes(limit + 1);
    if (bytes.length > limit) {
      throw new Refusal(Code.TOO_LARGE, "this body may have " + limit + " bytes");
    }
    return bytes;
  }

  /**
   * The body as the parts of a form.
   *
   * @throws HttpRefusal {@link HttpCode#UNSUPPORTED_MEDIA_TYPE} when the body is no form
   */
  public Multipart multipart() {
    return Multipart.of(header("Content-Type").orElse(""), body);
  }
}
