package io.tapedeck.http;

import java.util.List;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.ForwardedRequestCustomizer;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;

/**
 * Believes what the proxies in front say about the client, and nothing that the client says itself.
 * Each proxy adds the address it was reached from at the right end of X-Forwarded-For. So with n
 * proxies the n-th value from the right is the client's address, and values left of it come from
 * the client. Of X-Forwarded-Proto and X-Forwarded-Host the last value counts, which the nearest
 * proxy wrote. Forwarded, X-Forwarded-Port and similar headers are not read, because most proxies
 * pass them on as they came.
 */
final class ForwardedHeaders implements HttpConfiguration.Customizer {
  private final int proxies;
  private final ForwardedRequestCustomizer jetty = new ForwardedRequestCustomizer();

  /**
   * @param proxies how many are in front of this server, one behind the other; 1 or more
   */
  ForwardedHeaders(int proxies) {
    this.proxies = proxies;
  }

  @Override
  public Request customize(Request request, HttpFields.Mutable responseHeaders) {
    HttpFields sent = request.getHeaders();
    HttpFields.Mutable believed = HttpFields.build();
    believe(sent, HttpHeader.X_FORWARDED_FOR, proxies, believed);
    believe(sent, HttpHeader.X_FORWARDED_PROTO, 1, believed);
    believe(sent, HttpHeader.X_FORWARDED_HOST, 1, believed);
    Request seen =
        new Request.Wrapper(request) {
          @Override
          public HttpFields getHeaders() {
            return believed;
          }
        };
    Request customized = jetty.customize(seen, responseHeaders);
    HttpField host = customized.getHeaders().getField(HttpHeader.HOST);
    HttpFields all = host == null ? sent : HttpFields.build(sent, host);
    return new Request.Wrapper(customized) {
      @Override
      public HttpFields getHeaders() {
        return all;
      }
    };
  }

  /** Splits at commas only, so that a quotation mark left open by the client hides no value. */
  private static void believe(
      HttpFields sent, HttpHeader name, int fromTheRight, HttpFields.Mutable believed) {
    List<String> values =
        sent.getValuesList(name.asString()).stream()
            .flatMap(line -> Stream.of(line.split(",")))
            .map(String::strip)
            .filter(value -> !value.isEmpty())
            .toList();
    if (!values.isEmpty()) {
      believed.put(name, values.get(Math.max(0, values.size() - fromTheRight)));
    }
  }
}
