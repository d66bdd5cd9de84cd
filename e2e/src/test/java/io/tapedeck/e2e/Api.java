package io.tapedeck.e2e;

import io.tapedeck.http.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** What a program that uses the public API does, over real HTTP. */
final class Api implements AutoCloseable {
  static final String PASSWORD = "a long walk on the beach";
  static final Set<String> ENDED = Set.of("ready", "failed", "cancelled", "expired");

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final URI base;
  private final Consumer<HttpResponse<?>> witness;
  private String token = "";

  Api(URI base) {
    this(base, answer -> {});
  }

  private Api(URI base, Consumer<HttpResponse<?>> witness) {
    this.base = base;
    this.witness = witness;
  }

  /** The same program, signed in as it is, with somebody who sees every answer. */
  Api seenBy(Consumer<HttpResponse<?>> other) {
    return new Api(base, other).signedIn(token);
  }

  /** The same program, signed in as it is, at another address of the server. */
  Api at(URI other) {
    Api api = new Api(other, witness);
    api.token = token;
    return api;
  }

  /** Uses this token from now on. */
  Api signedIn(String other) {
    token = other;
    return this;
  }

  String token() {
    return token;
  }

  URI uri(String path) {
    return base.resolve(path);
  }

  /** A request with the token, where there is one. */
  HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(90));
    return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return send(request, BodyHandlers.ofString());
  }

  HttpResponse<byte[]> bytes(HttpRequest.Builder request) throws IOException, InterruptedException {
    return send(request, BodyHandlers.ofByteArray());
  }

  HttpResponse<InputStream> stream(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return send(request, BodyHandlers.ofInputStream());
  }

  private <T> HttpResponse<T> send(HttpRequest.Builder request, BodyHandler<T> body)
      throws IOException, InterruptedException {
    HttpResponse<T> answer = client.send(request.build(), body);
    witness.accept(answer);
    return answer;
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(request(path));
  }

  HttpResponse<String> post(String path, String json) throws IOException, InterruptedException {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json)));
  }

  /** The JSON of an answer with the expected status. */
  static JsonNode expect(int status, HttpResponse<String> response) {
    if (response.statusCode() != status) {
      throw new AssertionError(
          response.request().method()
              + " "
              + response.uri()
              + " answered "
              + response.statusCode()
              + " "
              + response.body());
    }
    return response.body().isEmpty() ? Json.tree("{}") : Json.tree(response.body());
  }

  /** Signs up and in. */
  Api signUp(String email) throws IOException, InterruptedException {
    expect(201, post("v1/accounts", credentials(email)));
    return signIn(email);
  }

  Api signIn(String email) throws IOException, InterruptedException {
    JsonNode session = expect(200, post("v1/sessions", credentials(email)));
    token = session.get("accessToken").asString();
    return this;
  }

  private static String credentials(String email) {
    return "{\"email\":\"" + email + "\",\"password\":\"" + PASSWORD + "\"}";
  }

  static String basic(String email) {
    return "Basic "
        + Base64.getEncoder()
            .encodeToString((email + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
  }

  /** A multipart upload of one file, as browsers send it. */
  HttpRequest.Builder uploading(String path, Path file) throws IOException {
    return uploading(path, file, file.getFileName().toString());
  }

  /** The same under another name. */
  HttpRequest.Builder uploading(String path, Path file, String name) throws IOException {
    String boundary = "----tapedeck-e2e-0123456789";
    BodyPublisher head =
        BodyPublishers.ofString(
            "--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\n"
                    .formatted(boundary, name)
                + "Content-Type: video/mp4\r\n\r\n");
    BodyPublisher tail = BodyPublishers.ofString("\r\n--" + boundary + "--\r\n");
    return request(path)
        .header("Content-Type", "multipart/form-data; boundary=" + boundary)
        .POST(BodyPublishers.concat(head, BodyPublishers.ofFile(file), tail));
  }

  /** Hands over a video; returns the conversion. */
  JsonNode convert(Path file) throws IOException, InterruptedException {
    return expect(202, send(uploading("v1/conversions", file)));
  }

  JsonNode conversion(String id) throws IOException, InterruptedException {
    return expect(200, get("v1/conversions/" + id));
  }

  /** Waits by long polls until the conversion has ended; a minute without an end is an error. */
  JsonNode ended(String id) throws IOException, InterruptedException {
    JsonNode last = conversion(id);
    for (int polls = 0; !ENDED.contains(state(last)); polls++) {
      if (polls == 20) {
        throw new AssertionError("it does not end: " + last);
      }
      last = expect(200, get("v1/conversions/" + id + "?wait=30"));
    }
    return last;
  }

  /** All conversions of this account, by pages. */
  List<JsonNode> conversions() throws IOException, InterruptedException {
    List<JsonNode> all = new ArrayList<>();
    String cursor = "";
    do {
      JsonNode page = expect(200, get("v1/conversions?limit=100" + cursor));
      page.get("conversions").forEach(all::add);
      JsonNode next = page.get("next");
      cursor = next == null || next.isNull() ? "" : "&cursor=" + next.asString();
    } while (!cursor.isEmpty());
    return all;
  }

  static String id(JsonNode conversion) {
    return conversion.get("id").asString();
  }

  static String state(JsonNode conversion) {
    return conversion.get("state").asString();
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
