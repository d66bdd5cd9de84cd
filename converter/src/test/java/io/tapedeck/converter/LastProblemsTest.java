package io.tapedeck.converter;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.Code;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.Problem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LastProblemsTest {
  private static final Problem AWAY = new Problem(Code.UNAVAILABLE, "the store is away");

  @Test
  void theOldestAreForgottenWhenOthersEndTheConversions() {
    LastProblems troubles = new LastProblems();
    List<ConversionId> ids = new ArrayList<>();
    for (int i = 0; i <= LastProblems.MOST; i++) {
      ids.add(ConversionId.at(Instant.EPOCH.plusMillis(i)));
      assertThat(troubles.note(ids.getLast(), AWAY)).isEmpty();
    }
    assertThat(troubles.note(ids.get(1), AWAY)).contains(AWAY);
    assertThat(troubles.remove(ids.getFirst())).isNull();
    assertThat(troubles.remove(ids.getLast())).isEqualTo(AWAY);
    assertThat(troubles.remove(ids.getLast())).isNull();
  }
}
