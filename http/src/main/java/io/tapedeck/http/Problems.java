package io.tapedeck.http;

import io.tapedeck.core.Code;
import io.tapedeck.core.Fault;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Problem;
import io.tapedeck.core.Refusal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Problems in the shape of RFC 9457, with {@code code}, {@code hint}, {@code retryable} and {@code
 * traceId}.
 */
public final class Problems {
  private static final Duration OUTAGE_PAUSE = Duration.ofSeconds(2);

  private Problems() {}

  /** The members of a problem document. */
  public static Map<String, Object> members(Problem problem, String traceId) {
    Code code = problem.code();
    return members(
        code.wire(),
        Statuses.of(code),
        code.title(),
        code.hint(),
        code.retryable(),
        problem.detail(),
        traceId);
  }

  private static Map<String, Object> members(
      String wire,
      int status,
      String title,
      String hint,
      boolean retryable,
      String detail,
      String traceId) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("type", "urn:tapedeck:problem:" + wire);
    members.put("title", title);
    members.put("status", status);
    members.put("detail", detail);
    members.put("code", wire);
    members.put("hint", hint);
    members.put("retryable", retryable);
    members.put("traceId", traceId);
    return members;
  }

  /** The answer to a request that HTTP itself refuses. */
  public static Reply reply(HttpRefusal refused, String traceId) {
    HttpCode code = refused.code();
    return document(
        code.status(),
        members(
            code.wire(),
            code.status(),
            code.title(),
            code.hint(),
            false,
            refused.detail(),
            traceId));
  }

  /** The answer to a request that failed with this fault. */
  public static Reply reply(Fault fault, String traceId) {
    Optional<Duration> pause =
        switch (fault) {
          case Refusal refusal -> refusal.retryAfter();
          case Outage outage -> Optional.of(OUTAGE_PAUSE);
        };
    Reply reply = reply(fault.problem(), traceId);
    return pause
        .map(time -> reply.header("Retry-After", String.valueOf(Math.max(1, time.toSeconds()))))
        .orElse(reply);
  }

  /** A problem as an answer. */
  public static Reply reply(Problem problem, String traceId) {
    int status = Statuses.of(problem.code());
    Reply reply = document(status, members(problem, traceId));
    return status == 401 ? reply.header("WWW-Authenticate", "Bearer realm=\"tapedeck\"") : reply;
  }

  private static Reply document(int status, Map<String, Object> members) {
    return Reply.bytes(status, "application/problem+json", Json.bytes(members));
  }
}
