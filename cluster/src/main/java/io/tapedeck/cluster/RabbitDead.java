package io.tapedeck.cluster;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.GetResponse;
import io.tapedeck.core.DeadLetters.DeadLetter;
import io.tapedeck.core.EventBus.Queue;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A message in a queue of dead letters. The broker records in {@code x-death} when and why the
 * message died (RabbitMQ, Dead Letter Exchanges). Once the message was read, headers of our own
 * hold this.
 *
 * @param tag acknowledges the message
 */
record RabbitDead(long tag, AMQP.BasicProperties properties, DeadLetter mail) {
  private static final String DIED = "died";
  private static final String TRIES = "died-after";
  private static final String REASON = "died-of";

  /** Reads a message; it may be malformed. */
  static RabbitDead of(GetResponse got, Queue queue, int limit, Clock clock) {
    AMQP.BasicProperties properties = got.getProps();
    Map<String, Object> headers =
        properties.getHeaders() == null ? Map.of() : properties.getHeaders();
    Map<?, ?> death = death(headers, RabbitTopology.name(queue));
    int tries = number(headers.get(TRIES)).orElse(1 + number(headers.get("attempt")).orElse(0));
    DeadLetter mail =
        new DeadLetter(
            properties.getMessageId() == null
                ? UUID.randomUUID().toString()
                : properties.getMessageId(),
            queue,
            String.valueOf(properties.getType()),
            String.valueOf(headers.get("conversion")),
            died(headers, death).orElseGet(clock::instant),
            tries,
            headers.containsKey(REASON)
                ? String.valueOf(headers.get(REASON))
                : reason(properties, death, tries >= limit));
    return new RabbitDead(got.getEnvelope().getDeliveryTag(), properties, mail);
  }

  /** Its last death in the work queue; the broker lists the last one first. */
  private static Map<?, ?> death(Map<String, Object> headers, String queue) {
    if (headers.get("x-death") instanceof List<?> deaths) {
      for (Object each : deaths) {
        if (each instanceof Map<?, ?> death && queue.equals(String.valueOf(death.get("queue")))) {
          return death;
        }
      }
    }
    return Map.of();
  }

  private static Optional<Integer> number(@Nullable Object header) {
    return header instanceof Number number ? Optional.of(number.intValue()) : Optional.empty();
  }

  @SuppressWarnings("JavaUtilDate") // the client's own type
  private static Optional<Instant> died(Map<String, Object> headers, Map<?, ?> death) {
    if (headers.get(DIED) instanceof Number millis) {
      return Optional.of(Instant.ofEpochMilli(millis.longValue()));
    }
    return death.get("time") instanceof Date time
        ? Optional.of(time.toInstant())
        : Optional.empty();
  }

  private static String reason(AMQP.BasicProperties properties, Map<?, ?> death, boolean often) {
    try {
      Envelope.of(properties);
    } catch (IllegalArgumentException e) {
      return "it is no event of ours";
    }
    if (String.valueOf(death.get("reason")).equals("delivery_limit")) {
      return "each process that had it died";
    }
    return often ? "each delivery was in vain" : "its handler refused it, or it is not genuine";
  }

  /** The same message once more, with the known time and reason of its death. */
  AMQP.BasicProperties again() {
    Map<String, Object> headers = new HashMap<>();
    if (properties.getHeaders() != null) {
      headers.putAll(properties.getHeaders());
    }
    headers.keySet().removeIf(name -> name.startsWith("x-")); // set by the broker for the old place
    headers.put(DIED, mail.died().toEpochMilli());
    headers.put(TRIES, mail.tries());
    headers.put(REASON, mail.reason());
    return properties.builder().messageId(mail.id()).headers(headers).build();
  }
}
