package io.tapedeck.notification;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.Code;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionState;
import io.tapedeck.core.Identity.Person;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MailComposerTest {
  private final MailComposer writer =
      new MailComposer(Examples.links(), Clock.fixed(Examples.NOON, ZoneOffset.UTC));

  private Mail write(Conversion conversion, Person person) {
    return writer.ended(conversion, MailKey.of(conversion).orElseThrow(), person).orElseThrow();
  }

  private static Conversion ready(String name, String... warnings) {
    return Examples.conversion(name, new ConversionState.Ready(Examples.mp3(warnings)));
  }

  @Test
  void theMailOfAReadyConversionSaysAllThereIsToKnow() {
    Conversion conversion = ready("talk.mp4", "the audio is damaged from 00:12:31 to 00:12:33");
    Mail mail = write(conversion, Examples.ENGLISH);
    assertThat(mail.subject()).isEqualTo("Your MP3 is ready: “talk.mp4”");
    assertThat(mail.to()).isEqualTo("ada@example.org");
    assertThat(mail.name()).isEqualTo(conversion.id() + ".1.ready");
    assertThat(mail.text())
        .contains(
            "talk.mp4",
            "https://tapedeck.example/v1/conversions/" + conversion.id() + "/mp3?until=1&sig=x_y\n",
            "Length: 1:02:03",
            "Size: 4.8 MB",
            "Please note: the audio is damaged from 00:12:31 to 00:12:33",
            "Conversion: " + conversion.id(),
            "8 March 2026 at 12:00 UTC");
    assertThat(mail.html())
        .contains(
            "<html lang=\"en\">",
            "href=\"https://tapedeck.example/v1/conversions/"
                + conversion.id()
                + "/mp3?until=1&amp;sig=x_y\"",
            "1:02:03",
            "4.8 MB",
            conversion.id().value());
  }

  @Test
  void italiansReadItalian() {
    Mail mail = write(ready("lezione.mp4"), Examples.ITALIAN);
    assertThat(mail.language()).isEqualTo(Locale.ITALIAN);
    assertThat(mail.subject()).isEqualTo("Il tuo MP3 è pronto: “lezione.mp4”");
    assertThat(mail.text())
        .contains("Durata: 1:02:03", "Dimensione: 4,8 MB", "fino al 8 marzo 2026 alle 12:00 UTC")
        .doesNotContain("ready", "Length", "March");
    assertThat(mail.html()).contains("<html lang=\"it\">", "Scarica l&#39;MP3");
  }

  @Test
  void otherLanguagesReadEnglish() {
    Person french = new Person(Examples.ADA, "ada@example.org", Locale.FRANCE);
    assertThat(write(ready("a.mp4"), french).subject()).startsWith("Your MP3 is ready");
  }

  @Test
  void theMailOfAFailedConversionNamesCausePlaceAndRemedy() {
    Conversion failed =
        Examples.conversion(
            "mute.mp4", Examples.failed(Code.NO_AUDIO_TRACK, "there is one video track only"));
    Mail english = write(failed, Examples.ENGLISH);
    assertThat(english.name()).isEqualTo(failed.id() + ".1.failed");
    assertThat(english.text())
        .contains(
            Code.NO_AUDIO_TRACK.title(),
            "there is one video track only",
            Code.NO_AUDIO_TRACK.hint(),
            failed.id().value(),
            "https://tapedeck.example/#" + failed.id());
    Mail italian = write(failed, Examples.ITALIAN);
    assertThat(italian.subject()).isEqualTo("Conversione non riuscita: “mute.mp4”");
    assertThat(italian.text())
        .contains("Il file non contiene audio", "there is one video track only")
        .doesNotContain(Code.NO_AUDIO_TRACK.title(), Code.NO_AUDIO_TRACK.hint());
  }

  @ParameterizedTest
  @EnumSource(Code.class)
  void everyReasonHasAnItalianMailWithoutEnglishWords(Code code) {
    Conversion failed = Examples.conversion("a.mp4", Examples.failed(code, "detail"));
    assertThat(write(failed, Examples.ITALIAN).text()).doesNotContain(code.title(), code.hint());
  }

  @Test
  void aFileNameCannotBecomeMarkup() {
    String name = "<img src=x onerror='alert(1)'>\"&.mp4";
    Mail mail = write(ready(name, "<b>bold</b>"), Examples.ENGLISH);
    assertThat(mail.html())
        .contains("&lt;img src=x onerror=&#39;alert(1)&#39;&gt;&quot;&amp;.mp4")
        .contains("&lt;b&gt;bold&lt;/b&gt;")
        .doesNotContain("<img", "<b>");
  }

  @ParameterizedTest
  @CsvSource({
    "'a\r\nBcc: b@example.org', a Bcc: b@example.org",
    "'gpj.\u202Eexe\u0000', gpj. exe",
    "'\u2028two\u2029lines ', two lines",
    "caffè ☕ 日本.mp4, caffè ☕ 日本.mp4"
  })
  void aFileNameIsShownAsOneHarmlessLine(String name, String shown) {
    assertThat(MailComposer.shown(name)).isEqualTo(shown);
  }

  @Test
  void aLongFileNameIsCutBetweenCharacters() {
    assertThat(MailComposer.shown("🎬".repeat(150))).isEqualTo("🎬".repeat(79) + "…");
    assertThat(MailComposer.shown("🎬".repeat(80))).isEqualTo("🎬".repeat(80));
  }

  @ParameterizedTest
  @CsvSource({
    "Your account is closed. Sign in at evil.example to keep it.mp4,"
        + " “Your account is closed. Sign in at evil…”",
    "a “quoted” \"name\".mp4, “a 'quoted' 'name'.mp4”"
  })
  void aFileNameIsNeverAllOfASubject(String name, String quoted) {
    assertThat(write(ready(name), Examples.ENGLISH).subject())
        .isEqualTo("Your MP3 is ready: " + quoted);
  }

  @Test
  void aPasswordResetHasItsLinkItsEndAndOneNamePerLink() {
    URI link = URI.create("https://tapedeck.example/#reset=abc");
    Mail english =
        writer.passwordReset(Examples.ENGLISH, link, Examples.NOON.plus(Duration.ofHours(1)));
    assertThat(english.text()).contains(link.toString(), "1 March 2026 at 13:00 UTC");
    assertThat(english.html()).contains("href=\"" + link + "\"");
    assertThat(english).asString().doesNotContain("abc");
    Mail italian =
        writer.passwordReset(Examples.ITALIAN, link, Examples.NOON.plus(Duration.ofHours(2)));
    assertThat(italian.text()).contains(link.toString(), "1 marzo 2026 alle 14:00 UTC");
    assertThat(italian.name()).isNotEqualTo(english.name());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "999, 999 B",
    "1000, 1.0 kB",
    "999949, 999.9 kB",
    "999950, 1.0 MB",
    "5000000000, 5.0 GB",
    "9000000000000000, 9000.0 TB"
  })
  void sizesAreRoundedToOneDigit(long bytes, String shown) {
    assertThat(LocalizedAmounts.bytes(bytes)).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource({"PT0S, 0:00", "PT6.5S, 0:07", "PT59M59.6S, 1:00:00", "PT30H, 30:00:00"})
  void lengthsAreRoundedToSeconds(Duration length, String shown) {
    assertThat(LocalizedAmounts.duration(length)).isEqualTo(shown);
  }
}
