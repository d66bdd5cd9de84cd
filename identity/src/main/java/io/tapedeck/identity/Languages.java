package io.tapedeck.identity;

import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Text;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The languages in which the service writes to people. */
public final class Languages {
  public static final List<Locale> ALL = List.of(Locale.ENGLISH, Locale.ITALIAN);

  private Languages() {}

  /** The language of this tag, such as {@code it} or {@code it-CH}. Refuses unknown languages. */
  public static Locale of(String tag) {
    Locale found = Locale.lookup(ranges(tag), ALL);
    if (found == null) {
      throw new Refusal(Code.BAD_REQUEST, "language must be en or it, not " + Text.shown(tag));
    }
    return found;
  }

  /** The best language for an Accept-Language header; English if no language matches. */
  public static Locale accepted(Optional<String> header) {
    Locale found = Locale.lookup(ranges(header.orElse("en")), ALL);
    return found == null ? Locale.ENGLISH : found;
  }

  private static List<Locale.LanguageRange> ranges(String tags) {
    try {
      return Locale.LanguageRange.parse(tags);
    } catch (IllegalArgumentException e) {
      return List.of();
    }
  }
}
