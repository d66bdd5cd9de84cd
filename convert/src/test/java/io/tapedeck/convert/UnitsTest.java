package io.tapedeck.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {
  @ParameterizedTest
  @CsvSource({"90, PT90S", "90.5, PT90.5S", "1:30, PT90S", "1:02:30.25, PT3750.25S", "0:00, PT0S"})
  void momentsAreReadAsPlayersShowThem(String text, Duration moment) {
    assertThat(Units.moment(text)).isEqualTo(moment);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "1:2:3:4", "soon", "1h", ":30", "1e3"})
  void whatIsNoMomentIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Units.moment(text));
  }

  @Test
  void lengthsAndSizesAreShownShortly() {
    assertThat(Units.shown(Duration.ofMillis(41_600))).isEqualTo("0:42");
    assertThat(Units.shown(Duration.ofSeconds(3749))).isEqualTo("1:02:29");
    assertThat(Units.shown(Duration.ofSeconds(36_000 + 61))).isEqualTo("10:01:01");
    assertThat(Units.shown(812)).isEqualTo("812 B");
    assertThat(Units.shown(4_234_567)).isEqualTo("4.2 MB");
    assertThat(Units.shown(5_000_000_000_000L)).isEqualTo("5.0 TB");
  }
}
