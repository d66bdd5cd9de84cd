package io.tapedeck.identity;

import io.tapedeck.http.Exchange;
import io.tapedeck.http.Reply;
import io.tapedeck.http.Route;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Forwards a request to another of our services and returns the answer, for addresses that clients
 * request here and that belong to the other service. Bodies are small, and only headers that our
 * own routes use are forwarded.
 */
public final class ForwardingRoute implements Route {
  private static final List<String> ASKED =
      List.of(
          "Accept",
          "Accept-Language",
          "Authorization",
          "Content-Type",
          "Cookie",
          "If-None-Match",
          "Origin",
          "Sec-Fetch-Site",
          "User-Agent",
          Authentication.CSRF_HEADER,
          "traceparent");

  /** Headers that describe the transfer of the answer, not the answer itself. */
  private static final Set<String> OF_THE_WAY =
      Set.of("connection", "content-length", "date", "keep-alive", "server", "transfer-encoding");

  private final ServiceClient service;

  /**
   * @param service the client, which the caller closes; the service must believe {@code
   *     X-Forwarded-*} headers, because it counts wrong passwords by the client's address
   */
  public ForwardingRoute(ServiceClient service) {
    this.service = service;
  }

  @Override
  public Reply handle(Exchange exchange) throws IOException {
    HttpRequest.Builder request = service.request(exchange.target());
    for (String name : ASKED) {
      exchange.headers(name).forEach(value -> request.header(name, value));
    }
    String origin = exchange.origin();
    request.header("X-Forwarded-For", exchange.remote());
    request.header("X-Forwarded-Proto", exchange.secure() ? "https" : "http");
    request.header(
        "X-Forwarded-Host",
        origin
            .substring(0, origin.length() - exchange.basePath().length())
            .replaceFirst("^https?://", ""));
    byte[] body = exchange.bytes(Exchange.SMALL_BODY);
    HttpResponse<byte[]> answer =
        service.send(
            request.method(
                exchange.method(),
                body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body)));
    return reply(answer);
  }

  private static Reply reply(HttpResponse<byte[]> answer) {
    String type = answer.headers().firstValue("Content-Type").orElse("");
    Reply reply =
        answer.body().length == 0
            ? Reply.of(answer.statusCode())
            : Reply.bytes(answer.statusCode(), type, answer.body());
    for (Map.Entry<String, List<String>> header : answer.headers().map().entrySet()) {
      String name = header.getKey();
      boolean given = !type.isEmpty() && name.equalsIgnoreCase("Content-Type");
      if (!OF_THE_WAY.contains(name.toLowerCase(Locale.ROOT)) && !given) {
        for (String value : header.getValue()) {
          reply = reply.header(name, value);
        }
      }
    }
    return reply;
  }
}
