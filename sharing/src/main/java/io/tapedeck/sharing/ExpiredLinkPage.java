package io.tapedeck.sharing;

import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import io.tapedeck.http.Exchange;
import io.tapedeck.http.Reply;
import io.tapedeck.http.Statuses;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * The page that a browser shows when a link no longer works, in English or Italian. It says what
 * happened and what to do. Programs get the problem as JSON.
 */
public final class ExpiredLinkPage {
  private static final String POLICY =
      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private record Texts(
      Locale language, String title, String expired, String deleted, String ask, String open) {}

  private static final List<Texts> ALL =
      List.of(
          new Texts(
              Locale.ENGLISH,
              "This link no longer works",
              "The link has expired or was withdrawn, or its address was not copied completely.",
              "The MP3 behind the link has been deleted.",
              "Ask the person who sent it to you for a new link. If the MP3 is yours, sign in and copy a new one.",
              "Open Tapedeck"),
          new Texts(
              Locale.ITALIAN,
              "Questo link non funziona più",
              "Il link è scaduto o è stato ritirato, oppure il suo indirizzo non è stato copiato per intero.",
              "L’MP3 a cui porta il link è stato eliminato.",
              "Chiedi un nuovo link a chi te l’ha mandato. Se l’MP3 è tuo, accedi e copiane uno nuovo.",
              "Apri Tapedeck"));

  private ExpiredLinkPage() {}

  /** Whether a person in a browser asks, and what was refused is the link itself. */
  public static boolean concerns(Exchange exchange, Refusal refusal) {
    Code code = refusal.problem().code();
    return (code == Code.LINK_EXPIRED || code == Code.NOT_FOUND)
        && exchange.header("Accept").orElse("").contains("text/html");
  }

  public static Reply reply(Exchange exchange, Refusal refusal) {
    Texts texts = texts(exchange.header("Accept-Language").orElse(""));
    boolean expired = refusal.problem().code() == Code.LINK_EXPIRED;
    String html =
        """
        <!doctype html>
        <html lang="%s">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <meta name="color-scheme" content="light dark">
        <title>%s · Tapedeck</title>
        <main>
        <h1>%s</h1>
        <p>%s</p>
        <p>%s</p>
        <p><a href="%s/">%s</a></p>
        </main>
        </html>
        """
            .formatted(
                texts.language().toLanguageTag(),
                texts.title(),
                texts.title(),
                expired ? texts.expired() : texts.deleted(),
                texts.ask(),
                exchange.basePath(),
                texts.open());
    return Reply.bytes(
            Statuses.of(refusal.problem().code()),
            "text/html; charset=utf-8",
            html.getBytes(StandardCharsets.UTF_8))
        .header("Content-Security-Policy", POLICY)
        .header("Content-Language", texts.language().toLanguageTag())
        .header("Vary", "Accept, Accept-Language")
        .header("Cache-Control", "no-store");
  }

  private static Texts texts(String accepted) {
    List<Locale> languages = ALL.stream().map(Texts::language).toList();
    Locale best;
    try {
      best = Locale.lookup(Locale.LanguageRange.parse(accepted), languages);
    } catch (IllegalArgumentException e) {
      best = null;
    }
    Locale chosen = best == null ? Locale.ENGLISH : best;
    return ALL.stream().filter(each -> each.language().equals(chosen)).findFirst().orElseThrow();
  }
}
