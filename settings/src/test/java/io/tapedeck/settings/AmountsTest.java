package io.tapedeck.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AmountsTest {
  @ParameterizedTest
  @CsvSource({"500, 500", "500 MB, 500000000", "2GiB, 2147483648", "1 tb, 1000000000000", "0, 0"})
  void sizesAreReadAsPeopleWriteThem(String text, long bytes) {
    assertThat(Amounts.bytes(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "MB", "-1", "1.5 GB", "3 parsecs", "999999999999999 TB"})
  void whatIsNoSizeIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Amounts.bytes(text));
  }

  @ParameterizedTest
  @CsvSource({"90s, PT1M30S", "15m, PT15M", "12 h, PT12H", "7d, PT168H", "250ms, PT0.25S"})
  void timesAreReadAsPeopleWriteThem(String text, Duration time) {
    assertThat(Amounts.time(text)).isEqualTo(time);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "7", "d", "1w", "999999999999999d"})
  void whatIsNoTimeIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Amounts.time(text));
  }
}
