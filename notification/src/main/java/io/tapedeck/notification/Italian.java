package io.tapedeck.notification;

import io.tapedeck.core.Code;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.Mp3;
import io.tapedeck.core.Problem;
import java.net.URI;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** E-mails in Italian. */
final class Italian implements MailTexts {
  // Written by hand: a runtime without jdk.localedata would silently write English months.
  private static final List<String> MONTHS =
      List.of(
          "gennaio",
          "febbraio",
          "marzo",
          "aprile",
          "maggio",
          "giugno",
          "luglio",
          "agosto",
          "settembre",
          "ottobre",
          "novembre",
          "dicembre");
  private static final String FOOTER =
      "Ricevi questo messaggio perché hai affidato un video a Tapedeck. È inutile rispondere:"
          + " nessuno leggerebbe.";

  @Override
  public Locale language() {
    return Locale.ITALIAN;
  }

  @Override
  public Page ready(Conversion conversion, String name, Mp3 mp3, URI link) {
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("Durata", LocalizedAmounts.duration(mp3.duration())));
    facts.add(new Fact("Dimensione", LocalizedAmounts.bytes(mp3.size()).replace('.', ',')));
    if (mp3.copied()) {
      facts.add(new Fact("Audio", "identico a quello del video, senza ricodifica"));
    }
    mp3.warnings().forEach(warning -> facts.add(new Fact("Da sapere (in inglese)", warning)));
    facts.add(new Fact("Conversione", conversion.id().value()));
    return new Page(
        "Il tuo MP3 è pronto: " + MailComposer.quoted(name),
        "Il tuo MP3 è pronto",
        List.of("Abbiamo estratto l'audio di " + name + ": puoi scaricarlo quando vuoi."),
        "Scarica l'MP3",
        link,
        facts,
        List.of(
            "Lo conserviamo fino al "
                + date(conversion.expiresAt())
                + ", poi viene cancellato. Fino ad allora il link funziona senza accedere:"
                + " condividilo solo con chi può ascoltare la registrazione."),
        FOOTER);
  }

  @Override
  public Page failed(Conversion conversion, String name, Problem problem, URI link) {
    Reason reason = reason(problem.code());
    String deleted = date(conversion.expiresAt());
    return new Page(
        "Conversione non riuscita: " + MailComposer.quoted(name),
        "Questa volta niente MP3",
        List.of(
            "Abbiamo provato a estrarre l'audio di " + name + ", ma non ci siamo riusciti.",
            reason.title() + "."),
        "Apri la conversione",
        link,
        List.of(
            new Fact("Dettagli (in inglese)", problem.detail()),
            new Fact("Cosa puoi fare", reason.hint()),
            new Fact("Conversione", conversion.id().value())),
        List.of(
            problem.code().retryable()
                ? "Puoi riprovare dalla pagina senza caricare di nuovo il video, fino al "
                    + deleted
                    + "."
                : "Riprovare con lo stesso file darebbe lo stesso risultato. Il video che hai"
                    + " caricato sarà cancellato il "
                    + deleted
                    + "."),
        FOOTER);
  }

  @Override
  public Page digest(List<Result> results, URI link) {
    long ready = MailTexts.count(results, MailKey.Kind.READY);
    String subject = ready + " MP3 pronti su " + results.size();
    return new Page(
        subject,
        subject,
        List.of("Alcune delle tue conversioni sono terminate quasi insieme."),
        "Apri Tapedeck",
        link,
        results.stream()
            .map(each ->
                switch (each.kind()) {
                  case READY -> new Fact("Pronto", each.text());
                  case FAILED -> new Fact("Non riuscita", each.text());
                })
            .toList(),
        List.of(
            "Dalla pagina puoi scaricare ogni MP3 e leggere perché una conversione non è riuscita."),
        FOOTER);
  }

  @Override
  public Page confirmation(URI link, Instant expires) {
    return new Page(
        "Conferma il tuo indirizzo per Tapedeck",
        "È il tuo indirizzo?",
        List.of(
            "Qualcuno, probabilmente tu, usa Tapedeck con questo indirizzo. Confermalo per ricevere"
                + " un messaggio quando un MP3 è pronto."),
        "Conferma l'indirizzo",
        link,
        List.of(),
        List.of(
            "Il link vale fino al " + date(expires) + ".",
            "Se non sei stato tu non devi fare nulla: non riceverai altri risultati."),
        "Ricevi questo messaggio perché qualcuno si è registrato su Tapedeck con il tuo indirizzo.");
  }

  @Override
  public Page passwordReset(URI link, Instant expires) {
    return new Page(
        "Scegli una nuova password per Tapedeck",
        "Una nuova password",
        List.of(
            "Qualcuno, probabilmente tu, ha chiesto una nuova password per il tuo account"
                + " Tapedeck."),
        "Scegli la nuova password",
        link,
        List.of(),
        List.of(
            "Il link vale una volta sola, fino al " + date(expires) + ".",
            "Se non sei stato tu non devi fare nulla: la tua password resta quella di prima."),
        "Ricevi questo messaggio perché il tuo indirizzo appartiene a un account Tapedeck.");
  }

  private static String date(Instant moment) {
    ZonedDateTime at = moment.atZone(ZoneOffset.UTC);
    return "%d %s %d alle %02d:%02d UTC"
        .formatted(
            at.getDayOfMonth(),
            MONTHS.get(at.getMonthValue() - 1),
            at.getYear(),
            at.getHour(),
            at.getMinute());
  }

  private record Reason(String title, String hint) {}

  /** The codes that a conversion can end with; requests are answered in English. */
  @SuppressWarnings("EnumSwitchDefault") // the many codes of requests never reach an e-mail
  private static Reason reason(Code code) {
    return switch (code) {
      case NO_AUDIO_TRACK ->
          new Reason(
              "Il file non contiene audio", "Scegli un file con l'audio o un'altra traccia.");
      case UNREADABLE_MEDIA ->
          new Reason(
              "Il file è danneggiato e non se ne può riprodurre nulla",
              "Esporta o copia di nuovo il video e ricaricalo.");
      case UNSUPPORTED_CONTAINER ->
          new Reason(
              "Questo tipo di file non è accettato",
              "Carica un video o un audio: MP4, MOV, MKV, WebM, AVI, FLV, TS, MP3, M4A, WAV, OGG,"
                  + " FLAC.");
      case UNSUPPORTED_CODEC ->
          new Reason(
              "L'audio è in un formato non accettato",
              "Convertilo prima in AAC, MP3, Opus, Vorbis, FLAC o PCM.");
      case PROTECTED_MEDIA ->
          new Reason(
              "Il file è protetto (DRM) e lo leggono solo i lettori con una licenza",
              "Usa l'originale senza protezione, per esempio una tua registrazione.");
      case EMPTY_FILE ->
          new Reason("Il file è vuoto", "Controlla che sia stato salvato per intero e ricaricalo.");
      case TRACK_NOT_FOUND ->
          new Reason("La traccia audio scelta non c'è", "Scegli una delle tracce del file.");
      case NOTHING_IN_RANGE ->
          new Reason(
              "La parte scelta del file è vuota",
              "Scegli un inizio che preceda la fine e cada entro la durata del file.");
      case TOO_LONG ->
          new Reason(
              "L'audio dura più di quanto questo server accetti",
              "Dividi il video in parti o chiedi all'amministratore un limite più alto.");
      case TOO_LARGE ->
          new Reason(
              "Il file è più grande di quanto questo server accetti",
              "Carica solo l'audio o chiedi all'amministratore un limite più alto.");
      case IMPLAUSIBLE_LENGTH ->
          new Reason(
              "Il file dichiara più audio di quanto i suoi byte possano contenere",
              "I suoi tempi sono probabilmente danneggiati: esportalo di nuovo e ricaricalo.");
      case CONVERSION_STALLED ->
          new Reason(
              "La conversione si è bloccata ed è stata interrotta",
              "Riprova; se succede di nuovo, il file è probabilmente danneggiato.");
      case CONVERSION_TIMEOUT ->
          new Reason(
              "La conversione ha richiesto più tempo di quello concesso",
              "Dividi il video in parti o chiedi all'amministratore un limite più alto.");
      case CONVERTER_CRASHED ->
          new Reason(
              "La conversione si è interrotta più volte senza un motivo chiaro",
              "Il file è probabilmente danneggiato: esportalo di nuovo e ricaricalo.");
      case DISK_FULL ->
          new Reason(
              "Al momento sul server non c'è spazio per questo file",
              "Riprova più tardi o chiedi all'amministratore di fare spazio.");
      default ->
          new Reason(
              "Qualcosa è andato storto da parte nostra",
              "Riprova; se succede di nuovo, comunica all'amministratore il codice della"
                  + " conversione.");
    };
  }
}
