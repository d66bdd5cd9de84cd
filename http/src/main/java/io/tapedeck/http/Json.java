package io.tapedeck.http;

import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import java.io.InputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON to and from records. Unknown members are ignored. Missing members are null or empty
 * Optionals. Instants are RFC 3339 in UTC, durations are seconds.
 */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(tools.jackson.databind.cfg.DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();

  private Json() {}

  public static byte[] bytes(Object value) {
    return MAPPER.writeValueAsBytes(value);
  }

  public static String text(Object value) {
    return MAPPER.writeValueAsString(value);
  }

  /**
   * Reads one value.
   *
   * @throws Refusal {@link Code#BAD_REQUEST} when the input is not JSON of that shape; the detail
   *     names the place
   */
  public static <T> T read(InputStream from, Class<T> type) {
    try {
      T value = MAPPER.readValue(from, type);
      if (value == null) {
        throw new Refusal(Code.BAD_REQUEST, "the body is null where an object is expected");
      }
      return value;
    } catch (JacksonException e) {
      throw new Refusal(
          Code.BAD_REQUEST,
          "the body is not the expected JSON: " + e.getOriginalMessage() + place(e));
    }
  }

  /** Reads one value from text; see {@link #read(InputStream, Class)}. */
  public static <T> T read(String text, Class<T> type) {
    return read(
        new java.io.ByteArrayInputStream(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
        type);
  }

  /** Any JSON as a tree, for callers that read only a few members. */
  public static JsonNode tree(String text) {
    return read(text, JsonNode.class);
  }

  private static String place(JacksonException e) {
    return e.getLocation() == null
        ? ""
        : " (line "
            + e.getLocation().getLineNr()
            + ", column "
            + e.getLocation().getColumnNr()
            + ")";
  }
}
