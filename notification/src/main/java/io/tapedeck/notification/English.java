package io.tapedeck.notification;

import io.tapedeck.core.Conversion;
import io.tapedeck.core.Mp3;
import io.tapedeck.core.Problem;
import java.net.URI;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** E-mails in English. */
final class English implements MailTexts {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("d MMMM yyyy 'at' HH:mm 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);
  private static final String FOOTER =
      "You get this e-mail because you handed a video to Tapedeck. Nobody reads answers to it.";

  @Override
  public Locale language() {
    return Locale.ENGLISH;
  }

  @Override
  public Page ready(Conversion conversion, String name, Mp3 mp3, URI link) {
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("Length", LocalizedAmounts.duration(mp3.duration())));
    facts.add(new Fact("Size", LocalizedAmounts.bytes(mp3.size())));
    if (mp3.copied()) {
      facts.add(new Fact("Audio", "kept exactly as it was in the video"));
    }
    mp3.warnings().forEach(warning -> facts.add(new Fact("Please note", warning)));
    facts.add(new Fact("Conversion", conversion.id().value()));
    return new Page(
        "Your MP3 is ready: " + MailComposer.quoted(name),
        "Your MP3 is ready",
        List.of("The audio of " + name + " is waiting for you."),
        "Download the MP3",
        link,
        facts,
        List.of(
            "We keep it until "
                + DATE.format(conversion.expiresAt())
                + " and delete it then. Until that moment the link works without signing in, so"
                + " pass it on only to people who may hear the recording."),
        FOOTER);
  }

  @Override
  public Page failed(Conversion conversion, String name, Problem problem, URI link) {
    return new Page(
        "We could not convert " + MailComposer.quoted(name),
        "No MP3 this time",
        List.of(
            "We tried to take the audio out of " + name + ", and it did not work.",
            problem.code().title() + "."),
        "Open the conversion",
        link,
        List.of(
            new Fact("Details", problem.detail()),
            new Fact("What helps", problem.code().hint()),
            new Fact("Conversion", conversion.id().value())),
        List.of(
            problem.code().retryable()
                ? "You can start it again from the page; you need not upload the video anew before "
                    + DATE.format(conversion.expiresAt())
                    + "."
                : "Trying the same file again will end the same way. The video you handed in is"
                    + " deleted on "
                    + DATE.format(conversion.expiresAt())
                    + "."),
        FOOTER);
  }

  @Override
  public Page digest(List<Result> results, URI link) {
    long ready = MailTexts.count(results, MailKey.Kind.READY);
    String subject = ready + " of " + results.size() + " MP3s are ready";
    return new Page(
        subject,
        subject,
        List.of("Several of your conversions ended within a short time."),
        "Open Tapedeck",
        link,
        results.stream()
            .map(each ->
                switch (each.kind()) {
                  case READY -> new Fact("Ready", each.text());
                  case FAILED -> new Fact("Failed", each.text());
                })
            .toList(),
        List.of("On the page you can download each MP3 and read why a conversion failed."),
        FOOTER);
  }

  @Override
  public Page confirmation(URI link, Instant expires) {
    return new Page(
        "Confirm your e-mail address for Tapedeck",
        "Is this your address?",
        List.of(
            "Somebody, probably you, uses Tapedeck with this address. Confirm it to get e-mails"
                + " when MP3s are ready."),
        "Confirm the address",
        link,
        List.of(),
        List.of(
            "The link works until " + DATE.format(expires) + ".",
            "If it was not you, do nothing: no results will be sent to you."),
        "You get this e-mail because somebody signed up to Tapedeck with your address.");
  }

  @Override
  public Page passwordReset(URI link, Instant expires) {
    return new Page(
        "Choose a new password for Tapedeck",
        "A new password",
        List.of("Somebody, probably you, asked for a new password for your Tapedeck account."),
        "Choose a new password",
        link,
        List.of(),
        List.of(
            "The link works once, until " + DATE.format(expires) + ".",
            "If it was not you, do nothing: your password stays as it is."),
        "You get this e-mail because your address belongs to a Tapedeck account.");
  }
}
