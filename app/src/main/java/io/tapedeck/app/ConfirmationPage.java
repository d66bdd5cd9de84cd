package io.tapedeck.app;

import io.tapedeck.http.Exchange;
import io.tapedeck.http.Reply;
import io.tapedeck.http.Router;
import io.tapedeck.notification.ConfirmedAddresses;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The page behind the link that confirms an e-mail address, in English or Italian. Opening it only
 * asks, as programs that check mail open links too; the button confirms.
 */
final class ConfirmationPage {
  private static final String ADDRESS = "/v1/email-confirmations/{token}";

  private static final String POLICY =
      "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

  private record Texts(String ask, String button, String done, String gone, String open) {}

  private static final Texts ENGLISH =
      new Texts(
          "Is this your e-mail address?",
          "Confirm the address",
          "The address is confirmed. You get e-mails from now on.",
          "The link has expired, or its address was not copied completely. You get another one with"
              + " your next MP3.",
          "Open Tapedeck");

  private static final Texts ITALIAN =
      new Texts(
          "È il tuo indirizzo?",
          "Conferma l’indirizzo",
          "L’indirizzo è confermato. D’ora in poi riceverai i messaggi.",
          "Il link è scaduto, oppure il suo indirizzo non è stato copiato per intero. Ne riceverai"
              + " un altro con il prossimo MP3.",
          "Apri Tapedeck");

  private final ConfirmedAddresses addresses;

  ConfirmationPage(ConfirmedAddresses addresses) {
    this.addresses = addresses;
  }

  void routes(Router router) {
    router
        .on("GET", ADDRESS, exchange -> page(exchange, 200, true, texts(exchange).ask()))
        .on("POST", ADDRESS, this::confirm);
  }

  private Reply confirm(Exchange exchange) {
    return addresses.confirm(exchange.path("token"))
        ? page(exchange, 200, false, texts(exchange).done())
        : page(exchange, 410, false, texts(exchange).gone());
  }

  private static boolean italian(Exchange exchange) {
    return exchange.header("Accept-Language").orElse("").toLowerCase(Locale.ROOT).startsWith("it");
  }

  private static Texts texts(Exchange exchange) {
    return italian(exchange) ? ITALIAN : ENGLISH;
  }

  private static Reply page(Exchange exchange, int status, boolean form, String says) {
    Texts texts = texts(exchange);
    String language = italian(exchange) ? "it" : "en";
    String button = "<form method=\"post\"><button>%s</button></form>".formatted(texts.button());
    String html =
        """
        <!doctype html>
        <html lang="%s">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <meta name="color-scheme" content="light dark">
        <title>Tapedeck</title>
        <main>
        <h1>%s</h1>
        %s
        <p><a href="%s/">%s</a></p>
        </main>
        </html>
        """
            .formatted(language, says, form ? button : "", exchange.basePath(), texts.open());
    return Reply.bytes(status, "text/html; charset=utf-8", html.getBytes(StandardCharsets.UTF_8))
        .header("Content-Security-Policy", POLICY)
        .header("Content-Language", language)
        .header("Vary", "Accept-Language")
        .header("Referrer-Policy", "no-referrer")
        .header("Cache-Control", "no-store");
  }
}
