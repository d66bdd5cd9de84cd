package io.tapedeck.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.core.Refusal;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How what clients may hold is shared, in number and in time. */
class BudgetTest {
  private final Budget budget = new Budget("things", 12);

  private int takesAll(String client) {
    int count = 0;
    while (budget.allows(client)) {
      budget.take(client);
      count++;
    }
    return count;
  }

  @Test
  void howeverGreedyOneOrTwoAreSomethingIsLeftForOthers() {
    assertThat(takesAll("first")).isEqualTo(6);
    assertThat(takesAll("second")).isEqualTo(3);
    assertThat(takesAll("third")).isEqualTo(2);
    assertThatThrownBy(() -> budget.take("first"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("6 things are open already");
    budget.release("third");
    budget.take("fourth");
  }

  @Test
  void whoGivesBackMayTakeAgain() {
    takesAll("first");
    for (int i = 0; i < 6; i++) {
      budget.release("first");
    }
    assertThat(budget.all()).isZero();
    assertThat(takesAll("second")).isEqualTo(6);
  }

  @Test
  void whenNothingIsFreeEverybodyIsToldSo() {
    for (int i = 0; i < 12; i++) {
      budget.add("one that cannot be refused");
    }
    assertThatThrownBy(() -> budget.take("first"))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.code().wire()).isEqualTo("unavailable");
              assertThat(refusal.retryAfter()).contains(Duration.ofSeconds(2));
            });
  }

  @Test
  void ofIpv6TheNetworkCounts() {
    assertThat(Budgets.client("2001:db8:1:2::a"))
        .isEqualTo(Budgets.client("[2001:db8:1:2:ffff::b%eth0]"))
        .isNotEqualTo(Budgets.client("2001:db8:1:3::a"));
    assertThat(Budgets.client("192.0.2.1")).isEqualTo("192.0.2.1");
    assertThat(Budgets.client("un:known")).isEqualTo("un:known");
  }

  @Test
  void aSlowLineOfTwoKilobytesASecondIsNeverGivenUpAndATrickleIs() {
    Patience slow = new Patience(Duration.ofSeconds(60));
    Patience trickle = new Patience(Duration.ofSeconds(60));
    for (int second = 0; second < 36_000; second++) {
      slow.waited(Duration.ofSeconds(1).toNanos());
      slow.moved(2_000);
      assertThat(slow.left()).isGreaterThan(Duration.ofSeconds(50).toNanos());
    }
    for (int second = 0; second < 70; second++) {
      trickle.waited(Duration.ofSeconds(1).toNanos());
      trickle.moved(100);
    }
    assertThat(trickle.left()).isLessThan(Duration.ofSeconds(1).toNanos());
    assertThat(slow.leftFor(1024)).isGreaterThan(Duration.ofSeconds(60).toNanos());
  }
}
