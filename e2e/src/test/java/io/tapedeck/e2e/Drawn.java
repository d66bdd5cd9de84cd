package io.tapedeck.e2e;

import io.tapedeck.http.Json;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/** Draws requests: what fits the description, what nearly does, and what no client would send. */
final class Drawn {
  /**
   * What people and programs send by mistake or malice; each is encoded where its place needs it.
   */
  private static final List<String> ODD =
      List.of(
          "",
          " ",
          "0",
          "-1",
          "1e9",
          "9223372036854775808",
          "null",
          "true",
          "NaN",
          "a",
          "..",
          "%",
          "\0",
          "\u0007\u001b[31m",
          "\u0085\u009b",
          "\u202egnp",
          "\ud83c\udfb5",
          "\ud800",
          "'\"<>&;--",
          "\r\nX: 1",
          "ready,failed,",
          "x".repeat(3_000),
          "../../etc/passwd",
          "{}",
          "[]",
          "cnv_",
          "upl_!");

  private final Random random;
  private final Map<String, List<String>> known;

  /**
   * @param known what the server has: conversions, uploads, sessions, keys, tokens
   */
  Drawn(long seed, Map<String, List<String>> known) {
    this.random = new Random(seed);
    this.known = known;
  }

  /** A request as its bytes. */
  @SuppressWarnings("ArrayRecordComponent") // sent, never compared
  record Sent(byte[] bytes) {
    @Override
    public String toString() {
      String text = new String(bytes, StandardCharsets.ISO_8859_1);
      return text.substring(0, Math.min(600, text.length()));
    }
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  String known(String kind) {
    return one(known.get(kind));
  }

  /** A text that is odd. */
  String text() {
    return one(ODD);
  }

  private <T> T one(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  /** True once in so many times. */
  private boolean once(int in) {
    return random.nextInt(in) == 0;
  }

  Sent request(Described.Operation operation, String token) {
    StringBuilder target = new StringBuilder(operation.path());
    StringBuilder query = new StringBuilder();
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Host", "127.0.0.1");
    headers.put("Connection", "close");
    if (!token.isEmpty()) {
      headers.put("Authorization", (once(9) ? "Basic " : "Bearer ") + token);
    }
    for (Described.Parameter parameter : operation.parameters()) {
      if (!parameter.required() && !once(2)) {
        continue;
      }
      String value = once(3) ? text() : fitting(parameter, operation);
      switch (parameter.in()) {
        case "path" -> {
          int at = target.indexOf("{" + parameter.name() + "}");
          // Nothing, or dots, would be another address.
          String part = value.isEmpty() || value.equals("..") ? "x" : encoded(value);
          target.replace(at, at + parameter.name().length() + 2, part);
        }
        case "query" ->
            query
                .append(query.isEmpty() ? '?' : '&')
                .append(parameter.name())
                .append('=')
                .append(encoded(value));
        default -> headers.put(parameter.name(), value);
      }
    }
    if (once(8)) {
      query.append(query.isEmpty() ? "?" : "&").append(text().isEmpty() ? "q" : encoded(text()));
    }
    byte[] body = body(operation, headers);
    if (body.length > 0 || !operation.bodies().isEmpty()) {
      headers.put("Content-Length", String.valueOf(body.length));
    }
    return sent(operation.method() + " " + target + query + " HTTP/1.1", headers, body);
  }

  private static Sent sent(String line, Map<String, String> headers, byte[] body) {
    StringBuilder head = new StringBuilder(line).append("\r\n");
    // A line break would begin another header, which is the client's own affair.
    headers.forEach((name, value) ->
        head.append(name).append(": ").append(value.replace("\r\n", " ")).append("\r\n"));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
    bytes.writeBytes(body);
    return new Sent(bytes.toByteArray());
  }

  private String encoded(String value) {
    return once(12)
        ? one(List.of("%ff", "%00", "%zz", "%c3%28", "%e2%80%ae", "a%2fb", "a;b=c"))
        : URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private String fitting(Described.Parameter parameter, Described.Operation operation) {
    if (parameter.in().equals("path")) {
      String kind = operation.path().split("/")[2];
      return switch (kind) {
        case "conversions" -> known("conversion");
        case "uploads" -> known("upload");
        case "sessions" -> known("session");
        case "api-keys" -> known("apiKey");
        default -> text();
      };
    }
    return switch (parameter.name()) {
      case "wait" -> one(List.of("0", "1"));
      case "fid" -> known("conversion");
      case "Range" ->
          one(List.of("bytes=0-9", "bytes=-5,0-1", "bytes=99999999-", "bytes=0-,0-,0-", "lines=1"));
      case "Upload-Metadata" ->
          one(
              List.of(
                  "filename YS5tcDQ=",
                  "filename YS5tcDQ=,quality Mg==",
                  "quality 99",
                  "a b c",
                  "x",
                  "quality OQ==,bitrate MTI4"));
      case "Upload-Checksum" ->
          one(List.of("sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=", "sha256 x", "md4 AA==", "md5"));
      case "Upload-Offset", "Upload-Length" -> one(List.of("0", "5", "100", "1000000000000"));
      case "Last-Event-ID", "lastEventId" -> one(List.of("0", "1772366400123", "99999999999999"));
      default -> String.valueOf(value(parameter.schema(), 0));
    };
  }

  private byte[] body(Described.Operation operation, Map<String, String> headers) {
    List<String> types = new ArrayList<>(operation.bodies().keySet());
    if (types.isEmpty() ? !once(6) : once(8)) {
      return new byte[0];
    }
    String type =
        types.isEmpty() || once(6)
            ? one(List.of("application/json", "text/plain", "a", "multipart/form-data", "*/*; ="))
            : one(types);
    headers.put(
        "Content-Type",
        type.equals("multipart/form-data") && !once(5) ? type + "; boundary=b" : type);
    if (type.startsWith("multipart")) {
      return form();
    }
    Map<?, ?> schema = operation.bodies().getOrDefault(type, Map.of());
    return once(6) || !type.contains("json")
        ? one(List.of(
                "",
                "{",
                "null",
                "[1]",
                "\"\\ud800\"",
                "{\"a\":".repeat(2_000),
                "\0\1\2",
                "5",
                "x".repeat(9_000)))
            .getBytes(StandardCharsets.UTF_8)
        : Json.bytes(value(schema, 0));
  }

  private byte[] form() {
    StringBuilder form = new StringBuilder();
    List<Supplier<String>> parts =
        List.of(
            () -> part("quality", "", one(List.of("2", "99", text()))),
            () -> part("track", "", text()),
            () -> part(text(), "", text()),
            () -> part("file", "; filename=\"" + text() + '"', text()),
            () -> part("file", "; filename=\"a.mp4\"", "bytes"));
    for (int i = below(4); i >= 0; i--) {
      form.append(one(parts).get());
    }
    return form.append(once(6) ? "" : "--b--\r\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String part(String name, String more, String content) {
    return "--b\r\nContent-Disposition: form-data; name=\""
        + name
        + '"'
        + more
        + "\r\n\r\n"
        + content
        + "\r\n";
  }

  /** A value of a schema; now and then of none. */
  private Object value(Map<?, ?> schema, int depth) {
    if (once(5)) {
      return one(List.of(text(), -1, 1.5e300, true, List.of(), Map.of(), "x".repeat(9_000)));
    }
    if (schema.get("enum") instanceof List<?> some) {
      return one(some);
    }
    if (schema.get("const") != null) {
      return schema.get("const");
    }
    Object type =
        schema.get("type") instanceof List<?> several ? several.getFirst() : schema.get("type");
    return switch (String.valueOf(type)) {
      case "integer" -> one(List.of(0, 1, 5, 100, 2_000_000_000));
      case "boolean" -> random.nextBoolean();
      case "object" -> {
        Map<String, Object> members = new LinkedHashMap<>();
        if (depth < 3 && schema.get("properties") instanceof Map<?, ?> properties) {
          properties.forEach((name, member) -> {
            if (!once(4)) {
              members.put(String.valueOf(name), value((Map<?, ?>) member, depth + 1));
            }
          });
        }
        yield members;
      }
      default ->
          switch (String.valueOf(schema.get("format"))) {
            case "email" -> one(List.of("a" + below(50) + "@example.org", "a@b@c"));
            case "password" ->
                one(
                    List.of(
                        "correct horse battery " + below(9),
                        "short",
                        Base64.getEncoder().encodeToString(new byte[2_000])));
            default -> text();
          };
    };
  }
}
