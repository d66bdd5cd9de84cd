package io.tapedeck.cluster;

import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import io.tapedeck.core.EventBus.Queue;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The exchanges and queues; the first process that connects declares them. Work queues are quorum
 * queues with at-least-once dead-lettering. Each work queue has wait queues beside it, one for each
 * length of pause, where events wait for their next try.
 */
final class RabbitTopology {
  static final String EVENTS = "tapedeck.events";
  static final String DEAD = "tapedeck.dead";
  static final String NOTICE = "notice";

  /**
   * How often a message may come back because its consumer died, before the broker itself drops it.
   */
  static final int DELIVERY_LIMIT = 20;

  /**
   * Longer than the longest conversion: the broker treats a consumer as dead when it holds a
   * message for longer.
   */
  private static final Duration CONSUMER_TIMEOUT = Duration.ofHours(24);

  private static final int NOTICES_KEPT = 20_000;

  private RabbitTopology() {}

  static String name(Queue queue) {
    return queue.name().toLowerCase(Locale.ROOT);
  }

  static String dead(Queue queue) {
    return name(queue) + ".dead";
  }

  static String waiting(Queue queue, Duration pause) {
    return name(queue) + ".wait." + pause.toMillis() + "ms";
  }

  static void declare(Channel channel, List<Duration> pauses) throws IOException {
    channel.exchangeDeclare(EVENTS, BuiltinExchangeType.TOPIC, true);
    channel.exchangeDeclare(DEAD, BuiltinExchangeType.TOPIC, true);
    for (Queue queue : Queue.values()) {
      String name = name(queue);
      channel.queueDeclare(dead(queue), true, false, false, quorum(Map.of()));
      channel.queueBind(dead(queue), DEAD, name);
      channel.queueDeclare(name, true, false, false, work(name));
      channel.queueBind(name, EVENTS, name);
      for (Duration pause : pauses) {
        channel.queueDeclare(waiting(queue, pause), true, false, false, waiting(name, pause));
      }
    }
  }

  /** A queue for notices that belongs to this connection; it is deleted with the connection. */
  static String declareNotices(Channel channel) throws IOException {
    String queue =
        channel
            .queueDeclare("", false, true, true, Map.of("x-max-length", NOTICES_KEPT))
            .getQueue();
    channel.queueBind(queue, EVENTS, NOTICE);
    return queue;
  }

  private static Map<String, Object> work(String name) {
    return quorum(
        Map.of(
            "x-delivery-limit",
            DELIVERY_LIMIT,
            "x-dead-letter-exchange",
            DEAD,
            "x-dead-letter-routing-key",
            name,
            "x-dead-letter-strategy",
            "at-least-once",
            "x-overflow",
            "reject-publish",
            "x-consumer-timeout",
            CONSUMER_TIMEOUT.toMillis()));
  }

  private static Map<String, Object> waiting(String name, Duration pause) {
    return quorum(
        Map.of(
            "x-message-ttl",
            pause.toMillis(),
            "x-dead-letter-exchange",
            EVENTS,
            "x-dead-letter-routing-key",
            name,
            "x-dead-letter-strategy",
            "at-least-once",
            "x-overflow",
            "reject-publish"));
  }

  private static Map<String, Object> quorum(Map<String, Object> more) {
    Map<String, Object> arguments = new HashMap<>(more);
    arguments.put("x-queue-type", "quorum");
    return arguments;
  }
}
