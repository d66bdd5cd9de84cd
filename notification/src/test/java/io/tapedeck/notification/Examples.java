package io.tapedeck.notification;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.BlobId;
import io.tapedeck.core.Code;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.ConversionState;
import io.tapedeck.core.Identity.Person;
import io.tapedeck.core.Mp3;
import io.tapedeck.core.Problem;
import io.tapedeck.core.Secret;
import io.tapedeck.core.Video;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** Things that e-mails are about. */
final class Examples {
  static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  static final AccountId ADA = AccountId.at(NOON);
  static final Person ENGLISH = new Person(ADA, "ada@example.org", Locale.ENGLISH);
  static final Person ITALIAN = new Person(ADA, "ada@example.org", Locale.ITALY);

  private Examples() {}

  static Mail mail(String name, String to, String subject) {
    return new Mail(name, to, Locale.ENGLISH, subject, "Hello è", "<p>Hello è</p>", NOON);
  }

  static Conversion conversion(String videoName, ConversionState state) {
    ConversionId id = ConversionId.at(NOON);
    return new Conversion(
        id,
        ADA,
        new Video(videoName, 1_000_000, BlobId.video(id)),
        ConversionOptions.DEFAULT,
        state,
        1,
        NOON,
        NOON,
        NOON.plus(Duration.ofDays(7)));
  }

  static Mp3 mp3(String... warnings) {
    return new Mp3(
        BlobId.mp3(ConversionId.at(NOON), 1),
        4_812_345,
        Duration.ofSeconds(3723).plusMillis(400),
        "ab".repeat(32),
        false,
        List.of(warnings));
  }

  static ConversionState failed(Code code, String detail) {
    return new ConversionState.Failed(new Problem(code, detail));
  }

  /** Links as app wires them: signed for the MP3, the page for the rest. */
  static MailLinks links() {
    return new MailLinks() {
      @Override
      public URI mp3(Conversion conversion) {
        return URI.create(
            "https://tapedeck.example/v1/conversions/" + conversion.id() + "/mp3?until=1&sig=x_y");
      }

      @Override
      public URI confirmation(Secret token) {
        return URI.create("https://tapedeck.example/v1/email-confirmations/" + token.reveal());
      }

      @Override
      public URI page(Conversion conversion) {
        return URI.create("https://tapedeck.example/#" + conversion.id());
      }
    };
  }
}
