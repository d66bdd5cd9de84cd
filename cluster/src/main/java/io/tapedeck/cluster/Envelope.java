package io.tapedeck.cluster;

import com.rabbitmq.client.AMQP;
import io.tapedeck.core.AccountId;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.Event;
import java.time.Clock;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The form of an event in a message: the message's properties hold all of it, and the body is
 * empty. A message never holds the bytes of a file.
 *
 * @param attempt how often the event was put back for later; 0 at first
 */
record Envelope(Event event, String token, int attempt) {
  private static final int PERSISTENT = 2;
  private static final int TRANSIENT = 1;

  @SuppressWarnings("JavaUtilDate") // the client's own type
  AMQP.BasicProperties properties(Clock clock) {
    Map<String, Object> headers = new HashMap<>();
    headers.put("conversion", event.conversion().value());
    headers.put("jwt", token);
    headers.put("attempt", attempt);
    owner().ifPresent(owner -> headers.put("owner", owner.value()));
    return new AMQP.BasicProperties.Builder()
        .messageId(UUID.randomUUID().toString())
        .type(type())
        .timestamp(Date.from(clock.instant()))
        .deliveryMode(event instanceof Event.Work ? PERSISTENT : TRANSIENT)
        .headers(headers)
        .build();
  }

  private Optional<AccountId> owner() {
    return switch (event) {
      case Event.Changed changed -> Optional.of(changed.owner());
      case Event.Stopped stopped -> Optional.of(stopped.owner());
      case Event.Work work -> Optional.empty();
    };
  }

  private String type() {
    return switch (event) {
      case Event.VideoStored e -> "video-stored";
      case Event.Mp3Ready e -> "mp3-ready";
      case Event.ConversionFailed e -> "conversion-failed";
      case Event.Changed e -> "changed";
      case Event.Stopped e -> "stopped";
    };
  }

  /** Reads a message; throws {@link IllegalArgumentException} when it is not one of ours. */
  static Envelope of(AMQP.BasicProperties properties) {
    Map<String, Object> headers =
        properties.getHeaders() == null ? Map.of() : properties.getHeaders();
    ConversionId id = new ConversionId(text(headers, "conversion"));
    Event event =
        switch (String.valueOf(properties.getType())) {
          case "video-stored" -> new Event.VideoStored(id);
          case "mp3-ready" -> new Event.Mp3Ready(id);
          case "conversion-failed" -> new Event.ConversionFailed(id);
          case "changed" -> new Event.Changed(id, new AccountId(text(headers, "owner")));
          case "stopped" -> new Event.Stopped(id, new AccountId(text(headers, "owner")));
          default -> throw new IllegalArgumentException("not an event: " + properties.getType());
        };
    return new Envelope(
        event, text(headers, "jwt"), headers.get("attempt") instanceof Number n ? n.intValue() : 0);
  }

  private static String text(Map<String, Object> headers, String name) {
    return String.valueOf(headers.get(name));
  }

  Envelope later() {
    return new Envelope(event, token, attempt + 1);
  }
}
