package io.tapedeck.http;

import io.tapedeck.core.Code;
import io.tapedeck.core.Problem;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Answers what Jetty itself refuses (a header too long, a line not HTTP) with a problem document,
 * as the routes do.
 */
final class ProblemErrorHandler implements Request.Handler {
  /** Seconds until another server, or this one after a restart, may answer. */
  private static final String SOON = "2";

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int status = response.getStatus();
    Code code =
        status >= 500
            ? (status == HttpStatus.SERVICE_UNAVAILABLE_503 ? Code.STOPPING : Code.INTERNAL)
            : Code.BAD_REQUEST;
    Problem problem = new Problem(code, HttpStatus.getMessage(status));
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/problem+json");
    if (code == Code.STOPPING) {
      response.getHeaders().put(HttpHeader.RETRY_AFTER, SOON);
    }
    byte[] body = Json.bytes(Problems.members(problem, Trace.fresh()));
    response.write(true, ByteBuffer.wrap(body), callback);
    return true;
  }
}
