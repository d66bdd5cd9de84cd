package io.tapedeck.notification;

import java.util.Locale;
import java.util.stream.Collectors;

/** The layout of e-mails: plain text, and HTML that old mail programs show too. */
final class Layout {
  private Layout() {}

  static String text(MailTexts.Page page) {
    StringBuilder out = new StringBuilder();
    page.opening().forEach(line -> out.append(line).append("\n\n"));
    out.append(page.action()).append(":\n").append(page.link()).append("\n\n");
    page.facts()
        .forEach(fact -> out.append(fact.name()).append(": ").append(oneLine(fact)).append('\n'));
    if (!page.facts().isEmpty()) {
      out.append('\n');
    }
    page.closing().forEach(line -> out.append(line).append("\n\n"));
    // "-- " marks the start of a signature for mail programs.
    return out.append("-- \n").append(page.footer()).append('\n').toString();
  }

  private static String oneLine(MailTexts.Fact fact) {
    return fact.value().replaceAll("\\s+", " ");
  }

  static String html(MailTexts.Page page, Locale language) {
    return """
    <!DOCTYPE html>
    <html lang="%s">
    <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>%s</title></head>
    <body style="margin:0;padding:24px;background:#f4f4f1;color:#1d1d1b;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif">
    <div style="max-width:560px;margin:0 auto;padding:32px;background:#ffffff;border-radius:12px">
    <h1 style="margin:0 0 16px;font-size:24px;line-height:1.25">%s</h1>
    %s
    <p style="margin:24px 0"><a href="%s" style="display:inline-block;padding:12px 20px;background:#8a3b12;color:#ffffff;border-radius:8px;text-decoration:none;font-weight:600">%s</a></p>
    %s
    %s
    <p style="margin:24px 0 0;color:#5f5f58;font-size:13px">%s</p>
    </div>
    </body>
    </html>
    """
        .formatted(
            language.toLanguageTag(),
            escaped(page.subject()),
            escaped(page.heading()),
            paragraphs(page.opening()),
            escaped(page.link().toString()),
            escaped(page.action()),
            table(page),
            paragraphs(page.closing()),
            escaped(page.footer()));
  }

  private static String paragraphs(java.util.List<String> lines) {
    return lines.stream()
        .map(
            line -> "<p style=\"margin:0 0 12px;overflow-wrap:anywhere\">" + escaped(line) + "</p>")
        .collect(Collectors.joining("\n"));
  }

  private static String table(MailTexts.Page page) {
    if (page.facts().isEmpty()) {
      return "";
    }
    return page.facts().stream()
        .map(fact ->
            "<tr><th scope=\"row\" style=\"padding:4px 16px 4px 0;text-align:left;vertical-align:top;color:#5f5f58;font-weight:400\">"
                + escaped(fact.name())
                + "</th><td style=\"padding:4px 0;overflow-wrap:anywhere\">"
                + escaped(fact.value())
                + "</td></tr>")
        .collect(
            Collectors.joining(
                "\n",
                "<table style=\"margin:0 0 16px;border-collapse:collapse\">\n",
                "\n</table>"));
  }

  /** Text that is safe between tags and in quoted attributes. */
  static String escaped(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(c -> {
          switch (c) {
            case '&' -> out.append("&amp;");
            case '<' -> out.append("&lt;");
            case '>' -> out.append("&gt;");
            case '"' -> out.append("&quot;");
            case '\'' -> out.append("&#39;");
            default -> out.appendCodePoint(c);
          }
        });
    return out.toString();
  }
}
