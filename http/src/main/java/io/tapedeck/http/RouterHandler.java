package io.tapedeck.http;

import io.tapedeck.core.Code;
import io.tapedeck.core.Fault;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Problem;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Text;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the route of a request, runs it, and sends its answer, or the problem when it fails. */
final class RouterHandler extends Handler.Abstract {
  private static final Logger LOG = LoggerFactory.getLogger(RouterHandler.class);

  /** Until another server, or this one after a restart, may answer. */
  private static final Duration SOON = Duration.ofSeconds(2);

  private final Router router;
  private final String basePath;
  private final WebServer.Limits limits;
  private final Budgets budgets;
  private final HostNames names;
  private final WebServer.Observer observer;

  /** The bodies of the requests under way. */
  private final Set<RequestChannel> bodies = ConcurrentHashMap.newKeySet();

  RouterHandler(Router router, WebServer.Settings settings, WebServer.Observer observer) {
    this.router = router;
    this.basePath = settings.basePath();
    this.limits = settings.limits();
    this.budgets = new Budgets(limits);
    this.names = new HostNames(settings.hosts());
    this.observer = observer;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    long start = request.getBeginNanoTime();
    String trace =
        Trace.idOf(String.valueOf(request.getHeaders().get("traceparent"))).orElseGet(Trace::fresh);
    Router.Match match = match(request);
    int status;
    try (Budgets.Holding holding = budgets.of(Request.getRemoteAddr(request))) {
      status = answer(request, response, callback, match, holding, trace);
    }
    String template = match == null ? "unknown" : match.template();
    observer.answered(
        router.known(request.getMethod()),
        template,
        status,
        Duration.ofNanos(System.nanoTime() - start));
    return true;
  }

  private int answer(
      Request request,
      Response response,
      Callback callback,
      Router.@Nullable Match match,
      Budgets.Holding holding,
      String trace) {
    RequestChannel body = new RequestChannel(request, limits, holding);
    Exchange exchange = new Exchange(request, body, holding, parameters(match), basePath, trace);
    bodies.add(body);
    Reply reply = exchange.withHeaders(reply(request, match, exchange, trace));
    bodies.remove(body);
    try {
      boolean unread = body.leftUnread();
      Reply last = unread ? reply.header("Connection", "close") : reply;
      send(request, response, last, limits.pause(), trace);
      if (unread) {
        body.drain();
      }
      callback.succeeded();
    } catch (ClientGone e) {
      LOG.atDebug()
          .setCause(e)
          .addKeyValue("traceId", trace)
          .log("the client went away; its answer is dropped");
      callback.failed(e);
    } catch (Throwable e) {
      LOG.atError()
          .setCause(e)
          .addKeyValue("traceId", trace)
          .log("an answer broke off; the connection is closed");
      callback.failed(e);
    }
    return reply.status();
  }

  /**
   * Ends the requests whose bodies have not arrived, with an answer that says when to try again.
   */
  void endBodies() {
    bodies.forEach(RequestChannel::endWithServer);
  }

  private static Map<String, String> parameters(Router.@Nullable Match match) {
    return match == null ? Map.of() : match.parameters();
  }

  private Router.@Nullable Match match(Request request) {
    String path = request.getHttpURI().getDecodedPath();
    if (path == null || !path.startsWith(basePath)) {
      return null;
    }
    String below = path.substring(basePath.length());
    return router.match(below.isEmpty() ? "/" : below);
  }

  private Reply reply(
      Request request, Router.@Nullable Match match, Exchange exchange, String trace) {
    try {
      exchange.begin(names);
      if (match == null) {
        throw new Refusal(
            Code.NOT_FOUND,
            "nothing at " + Text.shown(String.valueOf(request.getHttpURI().getPath())));
      }
      Route route = match.route(request.getMethod());
      if (route == null) {
        HttpRefusal refusal =
            new HttpRefusal(
                HttpCode.METHOD_NOT_ALLOWED,
                Text.shown(request.getMethod()) + " at " + match.template());
        return Problems.reply(refusal, trace).header("Allow", match.allow());
      }
      return route.handle(exchange);
    } catch (Outage e) {
      return outage(e, trace);
    } catch (Fault e) {
      return Problems.reply(e, trace);
    } catch (HttpRefusal e) {
      return Problems.reply(e, trace);
    } catch (ClientGone e) {
      return gone(e, trace);
    } catch (InterruptedIOException e) {
      return Problems.reply(
          new Refusal(Code.STOPPING, "this server ends before the request does", SOON), trace);
    } catch (IOException e) {
      Code code = Outage.isFull(e) ? Code.DISK_FULL : Code.UNAVAILABLE;
      return outage(new Outage(code, "a disk failed; the traceId names the log line", e), trace);
    } catch (Throwable e) {
      if (e instanceof HttpException refused && refused.getCode() < 500) {
        return Problems.reply(new Problem(Code.BAD_REQUEST, refused.getReason()), trace);
      }
      LOG.atError().setCause(e).addKeyValue("traceId", trace).log("a request failed on our side");
      return Problems.reply(new Problem(Code.INTERNAL, "the traceId names the log line"), trace);
    }
  }

  private static Reply outage(Outage e, String trace) {
    LOG.atError()
        .setCause(e)
        .addKeyValue("traceId", trace)
        .log("a request met an outage; the client is asked to try again");
    return Problems.reply(e, trace);
  }

  private static Reply gone(ClientGone e, String trace) {
    LOG.atDebug()
        .setCause(e)
        .addKeyValue("traceId", trace)
        .log("the client went away in the middle of its request");
    return Problems.reply(
        new Problem(Code.INCOMPLETE_UPLOAD, String.valueOf(e.getMessage())), trace);
  }

  private static void send(
      Request request, Response response, Reply reply, Duration pause, String trace)
      throws IOException {
    response.setStatus(reply.status());
    for (Reply.Header header : reply.headers()) {
      response.getHeaders().add(header.name(), header.value());
    }
    response.getHeaders().add("X-Content-Type-Options", "nosniff");
    response.getHeaders().add("X-Trace-Id", trace);
    boolean head = request.getMethod().equals("HEAD");
    ResponseChannel body = new ResponseChannel(response, pause);
    ByteBuffer rest = ByteBuffer.allocate(0);
    switch (reply.body()) {
      case Reply.Body.Empty empty -> {}
      case Reply.Body.Bytes(byte[] bytes) -> {
        byte[] sent = Compression.apply(request, response, bytes);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, sent.length);
        rest = head ? rest : ByteBuffer.wrap(sent);
      }
      case Reply.Body.Stream(long length, Reply.BodyWriter writer) -> {
        if (length >= 0) {
          response.getHeaders().put(HttpHeader.CONTENT_LENGTH, length);
        }
        if (!head) {
          writer.write(body);
        }
      }
    }
    body.end(rest);
  }
}
