package io.tapedeck.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LanguageTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @Test
  void idsSortByTheirTimeAndReadBackAsThemselves() {
    ConversionId early = ConversionId.at(NOON);
    ConversionId late = ConversionId.at(NOON.plusMillis(1));
    assertThat(early).isLessThan(late);
    assertThat(new ConversionId(late.value())).isEqualTo(late);
    assertThat(ConversionId.at(NOON)).isNotEqualTo(early);
  }

  @Test
  void anIdOfAnotherKindOrWithAPathInItIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ConversionId(AccountId.at(NOON).value()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ConversionId("cnv_../../../../etc/passwd.."));
    assertThatIllegalArgumentException().isThrownBy(() -> new BlobId(BlobId.Bucket.VIDEOS, "../x"));
  }

  @Test
  void aBlobNamesItsConversion() {
    ConversionId id = ConversionId.at(NOON);
    assertThat(BlobId.video(id).conversion()).isEqualTo(id);
    assertThat(BlobId.mp3(id, 3).conversion()).isEqualTo(id);
    assertThat(BlobId.mp3(id, 3)).hasToString("mp3s/" + id + ".3");
  }

  @Test
  void aLanguageIsOneWhicheverOfItsCodesAFileUses() {
    for (String mark : List.of("de", "ger", "deu", "DEU", "de-AT", "ger_DE")) {
      assertThat(new Track.Language("deu").matches(mark)).as(mark).isTrue();
      assertThat(new Track.Language("ger").matches(mark)).as(mark).isTrue();
      assertThat(new Track.Language("de").matches(mark)).as(mark).isTrue();
    }
    for (String mark : List.of("", "und", "eng", "german", "-", "d")) {
      assertThat(new Track.Language("de").matches(mark)).as(mark).isFalse();
    }
    assertThat(new Track.Language("zz").matches("zz")).isTrue();
  }

  @Test
  void allTracksAreNoTrackOfOneConversion() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Track.ofText("all"))
        .withMessageContaining("one conversion makes one MP3");
  }

  @Test
  void optionsReadBackFromTheirText() {
    ConversionOptions all =
        new ConversionOptions(
            new Quality.Cbr(192),
            Duration.ofMillis(1500),
            Optional.of(Duration.ofMinutes(2)),
            Channel.LEFT,
            OptionalDouble.of(-16),
            new Track.Language("ita"),
            false,
            new Id3(3, true));
    assertThat(ConversionOptions.ofText(all.toText())).isEqualTo(all);
    assertThat(ConversionOptions.ofText(ConversionOptions.DEFAULT.toText()))
        .isEqualTo(ConversionOptions.DEFAULT);
    assertThatIllegalArgumentException().isThrownBy(() -> ConversionOptions.ofText("q=2;rm=/"));
    assertThatIllegalArgumentException().isThrownBy(() -> ConversionOptions.ofText("b=100"));
  }

  @Test
  void aSecretNeverPrints() {
    assertThat(new Secret("swordfish").toString()).isEqualTo("[REDACTED]");
    assertThat(new Secret("swordfish"))
        .isEqualTo(new Secret("swordfish"))
        .isNotEqualTo(new Secret("Swordfish"));
  }

  @Test
  void aTerminalStateIsLeftOnlyByExpiryOrRetry() {
    String moves =
        Arrays.stream(ConversionState.Kind.values())
            .filter(ConversionState.Kind::terminal)
            .map(kind -> kind.wire() + kind.next())
            .collect(Collectors.joining(" "));
    assertThat(moves)
        .isEqualTo("ready[EXPIRED] failed[QUEUED, EXPIRED] cancelled[EXPIRED] expired[]");
  }

  @Test
  void everyCodeIsFoundByItsWireName() {
    for (Code code : Code.values()) {
      assertThat(Code.of(code.wire())).contains(code);
    }
    assertThat(Code.of("no-such-code")).isEmpty();
  }
}
