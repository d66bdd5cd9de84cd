package io.tapedeck.gateway;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import io.tapedeck.core.AccountId;
import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import io.tapedeck.http.Exchange;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Limits how often an account may do expensive work. Each replica counts separately. */
final class Rates {
  /** The most accounts remembered. Above it, the least recently active account is forgotten. */
  private static final int REMEMBERED = 50_000;

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final int perMinute;
  private final TimeMeter time;
  private final Map<AccountId, Bucket> buckets =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<AccountId, Bucket> eldest) {
              return size() > REMEMBERED;
            }
          });

  Rates(int perMinute, Clock clock) {
    this.perMinute = perMinute;
    this.time =
        new TimeMeter() {
          @Override
          public long currentTimeNanos() {
            Instant now = clock.instant();
            return now.getEpochSecond() * 1_000_000_000L + now.getNano();
          }

          @Override
          public boolean isWallClockBased() {
            return true;
          }
        };
  }

  /**
   * Counts one request, and tells in its answer how many are left.
   *
   * @throws Refusal {@link Code#RATE_LIMITED} with the time to wait
   */
  void count(Exchange exchange, AccountId account) {
    ConsumptionProbe probe =
        buckets.computeIfAbsent(account, key -> fresh()).tryConsumeAndReturnRemaining(1);
    exchange.rate(
        "creates",
        perMinute,
        MINUTE,
        probe.getRemainingTokens(),
        Duration.ofNanos(probe.getNanosToWaitForReset()));
    if (!probe.isConsumed()) {
      throw new Refusal(
          Code.RATE_LIMITED,
          "at most " + perMinute + " a minute",
          Duration.ofNanos(probe.getNanosToWaitForRefill()).plusSeconds(1));
    }
  }

  private Bucket fresh() {
    return Bucket.builder()
        .addLimit(limit -> limit.capacity(perMinute).refillGreedy(perMinute, MINUTE))
        .withCustomTimePrecision(time)
        .build();
  }
}
