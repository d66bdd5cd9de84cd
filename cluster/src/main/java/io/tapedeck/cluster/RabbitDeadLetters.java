package io.tapedeck.cluster;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.ShutdownSignalException;
import io.tapedeck.core.Code;
import io.tapedeck.core.DeadLetters;
import io.tapedeck.core.Event;
import io.tapedeck.core.EventBus;
import io.tapedeck.core.EventBus.Queue;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Refusal;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * The dead letters, in queues of their own. A queue can only be read by taking messages from it. A
 * message that is given back comes nearer to the limit at which RabbitMQ 4 drops it. So a message
 * that stays is published unchanged to the same queue before the old copy is acknowledged. After a
 * crash between these two steps the message is there twice, with one id, and counts as one.
 *
 * <p>The queues themselves cannot limit age and number: RabbitMQ refuses to declare an existing
 * queue with other arguments.
 */
final class RabbitDeadLetters implements DeadLetters {
  private static final Duration CONFIRM = Duration.ofSeconds(30);
  private static final byte[] NO_BODY = {};

  /** What happens to a message. */
  private enum Fate {
    STAY,
    RETRY,
    DROP
  }

  private record Decided(RabbitDead message, Fate fate) {
    Decided staying() {
      return new Decided(message, Fate.STAY);
    }
  }

  private final Connection connection;
  private final Seal seal;
  private final Clock clock;
  private final int limit;

  /**
   * @param limit deliveries after which an event is dead
   */
  RabbitDeadLetters(Connection connection, Seal seal, Clock clock, int limit) {
    this.connection = connection;
    this.seal = seal;
    this.clock = clock;
    this.limit = limit;
  }

  @Override
  public List<DeadLetter> list() {
    List<DeadLetter> all = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Queue queue : Queue.values()) {
      pass(
          queue,
          mail -> {
            if (!seen.add(mail.id())) {
              return Fate.DROP;
            }
            all.add(mail);
            return Fate.STAY;
          });
    }
    all.sort(Comparator.comparing(DeadLetter::died).thenComparing(DeadLetter::id));
    return all;
  }

  @Override
  public boolean retry(String id) {
    AtomicInteger found = new AtomicInteger();
    for (Queue queue : Queue.values()) {
      pass(
          queue,
          mail -> {
            if (!mail.id().equals(id)) {
              return Fate.STAY;
            }
            return found.getAndIncrement() == 0 ? Fate.RETRY : Fate.DROP;
          });
    }
    return found.get() > 0;
  }

  @Override
  public boolean drop(String id) {
    return drop(mail -> mail.id().equals(id)).contains(id);
  }

  @Override
  public int dropAll() {
    return drop(mail -> true).size();
  }

  private Set<String> drop(Function<DeadLetter, Boolean> which) {
    Set<String> dropped = new HashSet<>();
    for (Queue queue : Queue.values()) {
      pass(
          queue,
          mail -> {
            if (!which.apply(mail)) {
              return Fate.STAY;
            }
            dropped.add(mail.id());
            return Fate.DROP;
          });
    }
    return dropped;
  }

  /** Reads only from the head, where the oldest are, until a message may stay. */
  @Override
  public void clearUp() {
    Instant oldest = clock.instant().minus(KEPT);
    for (Queue queue : Queue.values()) {
      onChannel(channel -> {
        for (boolean more = true; more; ) {
          boolean tooMany = channel.messageCount(RabbitTopology.dead(queue)) > MOST;
          List<RabbitDead> head = take(channel, queue, 1);
          more = !head.isEmpty() && (tooMany || head.getFirst().mail().died().isBefore(oldest));
          settle(channel, queue, decided(head, mail -> Fate.DROP, more));
        }
      });
    }
  }

  private static List<Decided> decided(
      List<RabbitDead> messages, Function<DeadLetter, Fate> fate, boolean counts) {
    return messages.stream()
        .map(each -> new Decided(each, counts ? fate.apply(each.mail()) : Fate.STAY))
        .toList();
  }

  /** Decides on all messages that are in a queue now, and then carries the decisions out. */
  private void pass(Queue queue, Function<DeadLetter, Fate> fate) {
    onChannel(channel -> {
      long count = channel.messageCount(RabbitTopology.dead(queue));
      settle(channel, queue, decided(take(channel, queue, count), fate, true));
    });
  }

  private List<RabbitDead> take(Channel channel, Queue queue, long most) throws IOException {
    List<RabbitDead> taken = new ArrayList<>();
    while (taken.size() < most) {
      GetResponse got = channel.basicGet(RabbitTopology.dead(queue), false);
      if (got == null) {
        break;
      }
      taken.add(RabbitDead.of(got, queue, limit, clock));
    }
    return taken;
  }

  private void settle(Channel channel, Queue queue, List<Decided> all)
      throws IOException, InterruptedException, TimeoutException {
    try {
      all.stream().filter(each -> each.fate() == Fate.RETRY).forEach(each -> work(each.message()));
    } catch (Refusal e) {
      // Left to the end of the channel, they would be back only some time later.
      settle(channel, queue, all.stream().map(Decided::staying).toList());
      throw e;
    }
    for (Decided each : all) {
      switch (each.fate()) {
        case STAY ->
            channel.basicPublish("", RabbitTopology.dead(queue), each.message().again(), NO_BODY);
        case RETRY -> {
          Event.Work work = work(each.message());
          channel.basicPublish(
              RabbitTopology.EVENTS,
              RabbitTopology.name(EventBus.queueOf(work)),
              new Envelope(work, seal.of(work), 0).properties(clock),
              NO_BODY);
        }
        case DROP -> {}
      }
    }
    channel.waitForConfirmsOrDie(CONFIRM.toMillis());
    if (!all.isEmpty()) {
      channel.basicAck(all.getLast().message().tag(), true);
    }
  }

  private static Event.Work work(RabbitDead message) {
    try {
      if (Envelope.of(message.properties()).event() instanceof Event.Work work) {
        return work;
      }
    } catch (IllegalArgumentException e) {
      // reported below
    }
    throw new Refusal(
        Code.CONFLICT, message.mail().id() + " is no event of ours; it can only be dropped");
  }

  /** Work on a channel of its own. Messages that it does not acknowledge stay in their queue. */
  private interface Work {
    void on(Channel channel) throws IOException, InterruptedException, TimeoutException;
  }

  private void onChannel(Work work) {
    Channel channel = null;
    try {
      channel = connection.createChannel();
      if (channel == null) {
        throw new IOException("the broker gives no more channels");
      }
      channel.confirmSelect();
      work.on(channel);
      channel.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Outage("interrupted while looking at dead letters", e);
    } catch (IOException | TimeoutException | ShutdownSignalException e) {
      throw new Outage("RabbitMQ does not show its dead letters: " + Reasons.ofBroker(e), e);
    } finally {
      RabbitEventBus.abort(channel);
    }
  }
}
