package io.tapedeck.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WatchdogTest {
  private final AtomicInteger ends = new AtomicInteger();

  private static WebServer server() {
    return WebServer.start(WebServer.Settings.local(0), new Router());
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aServerThatServesIsLeftAlone() throws Exception {
    try (WebServer web = server();
        WebServer admin = server()) {
      Watchdog dog =
          new Watchdog(List.of(web, admin), Duration.ofSeconds(60), ends::incrementAndGet);
      for (int i = 0; i < 2 * Watchdog.MOST_MISSED; i++) {
        dog.look();
      }
    }
    assertThat(ends).hasValue(0);
  }

  @Test
  void aServerWithoutItsThreadsEndsTheProcessAfterManyLooksAndNotAfterOne() throws Exception {
    WebServer dead = server();
    dead.close();
    Watchdog dog = new Watchdog(List.of(dead), Duration.ofMillis(1), ends::incrementAndGet);
    for (int i = 1; i < Watchdog.MOST_MISSED; i++) {
      dog.look();
    }
    assertThat(ends).hasValue(0);
    dog.look();
    assertThat(ends).hasValue(1);
  }

  @Test
  void aSelectorThatHangsIsNoticed() throws Exception {
    CountDownLatch hangs = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    try (WebServer web = server()) {
      web.selectors()
          .forEach(selector ->
              selector.submit(keys -> {
                hangs.countDown();
                await(over);
              }));
      hangs.await();
      Watchdog dog = new Watchdog(List.of(web), Duration.ofMillis(1), ends::incrementAndGet);
      for (int i = 0; i < Watchdog.MOST_MISSED; i++) {
        dog.look();
      }
      over.countDown();
    }
    assertThat(ends).hasValue(1);
  }
}
