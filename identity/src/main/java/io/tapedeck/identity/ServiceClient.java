package io.tapedeck.identity;

import io.tapedeck.core.Code;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Secret;
import io.tapedeck.http.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Calls another of our services over HTTP. A refusal of the service is thrown as the same {@link
 * Refusal}. Whatever keeps the service from answering is an {@link Outage}, which is worth a retry.
 */
public final class ServiceClient implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration ANSWER = Duration.ofSeconds(20);

  private record Refused(Optional<String> code, Optional<String> detail) {}

  /** In bytes. Services send each other small answers only. */
  private static final long LARGEST_ANSWER = 4L << 20;

  private final String name;
  private final URI address;
  private final Supplier<Secret> token;
  private final Duration patience;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  /**
   * @param name the service's name in messages
   * @param address the service's address with its base path, such as {@code http://auth:8080}
   * @param token shows the service that the caller is one of our services
   */
  public ServiceClient(String name, URI address, Supplier<Secret> token) {
    this(name, address, token, ANSWER);
  }

  ServiceClient(String name, URI address, Supplier<Secret> token, Duration patience) {
    this.name = name;
    this.address = URI.create(address.toString().replaceFirst("/+$", ""));
    this.token = token;
    this.patience = patience;
  }

  /** The value at this path; empty when there is none. */
  <T> Optional<T> get(String path, Class<T> type) {
    return getText(path).map(text -> read(text, type));
  }

  /** The text at this path; empty when there is none. */
  Optional<String> getText(String path) {
    HttpResponse<byte[]> answer = send(request(path).header("Authorization", bearer()).GET());
    return answer.statusCode() == 404 ? Optional.empty() : Optional.of(accepted(answer));
  }

  <T> T post(String path, Object body, Class<T> type) {
    return read(
        accepted(
            send(
                request(path)
                    .header("Authorization", bearer())
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofByteArray(Json.bytes(body))))),
        type);
  }

  private String bearer() {
    return "Bearer " + token.get().reveal();
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(address + path)).timeout(patience);
  }

  /**
   * Returns the whole answer, including its last byte, within the allowed time. The HTTP client's
   * own timeout ends where the body begins.
   */
  HttpResponse<byte[]> send(HttpRequest.Builder request) {
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(
            request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), LARGEST_ANSWER));
    try {
      return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      answer.cancel(true);
      throw new Outage("the service " + name + " does not answer at " + address, e);
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new Outage("interrupted while the service " + name + " was asked", e);
    }
  }

  private String accepted(HttpResponse<byte[]> answer) {
    String text = new String(answer.body(), StandardCharsets.UTF_8);
    int status = answer.statusCode();
    if (status >= 500 || status == 403) { // 403: it rejects us, not the caller
      throw new Outage("the service " + name + " answered " + status, null);
    }
    if (status >= 400) {
      Refused refused = read(text, Refused.class);
      throw new Refusal(
          refused.code().flatMap(Code::of).orElse(Code.BAD_REQUEST),
          refused.detail().orElse("the service " + name + " refused"),
          answer.headers().firstValue("Retry-After").map(ServiceClient::seconds).orElse(null));
    }
    return text;
  }

  private <T> T read(String text, Class<T> type) {
    try {
      return Json.read(text, type);
    } catch (Refusal e) {
      throw new Outage("the service " + name + " answered with other JSON than expected", e);
    }
  }

  private static Duration seconds(String text) {
    return text.matches("\\d{1,6}") ? Duration.ofSeconds(Long.parseLong(text)) : ANSWER;
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
