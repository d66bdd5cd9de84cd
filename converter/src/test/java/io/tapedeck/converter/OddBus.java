package io.tapedeck.converter;

import io.tapedeck.core.Event;
import io.tapedeck.core.EventBus;
import java.util.function.Consumer;

/** A bus that does something before it carries an event; the rest is the true one's. */
record OddBus(EventBus bus, Consumer<Event> before) implements EventBus {
  @Override
  public void publish(Event.Work event) {
    before.accept(event);
    bus.publish(event);
  }

  @Override
  public void tell(Event.Notice notice) {
    before.accept(notice);
    bus.tell(notice);
  }

  @Override
  public Subscription consume(Queue queue, int parallel, Handler handler) {
    return bus.consume(queue, parallel, handler);
  }

  @Override
  public Subscription listen(Consumer<Event.Notice> listener) {
    return bus.listen(listener);
  }

  @Override
  public Health check() {
    return bus.check();
  }

  @Override
  public void close() {}
}
