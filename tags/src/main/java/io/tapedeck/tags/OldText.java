package io.tapedeck.tags;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Recognises texts of old tags, whose bytes say nothing of their encoding. Such a text arrives as
 * if it were Latin-1, each character for one byte: ffmpeg and ID3 take it so. Its bytes are read in
 * every known encoding, and the reading that is the most probable in its language wins ({@link
 * Language}). All texts of a file are judged together, because a title alone may have six bytes.
 *
 * <p>The usual libraries were made for pages of hundreds of bytes and take the Russian word for
 * "hello" for Greek or Macedonian; ICU4J is also larger than the whole application.
 */
final class OldText {
  /**
   * Natural logarithm of how much rarer other encodings are than Latin-1, which is also what a text
   * is that was right from the beginning.
   */
  private static final double PRIOR = 8;

  /** Above this cost for each byte that is not ASCII, a text is in no language that we know. */
  private static final double NONSENSE = 7;

  /** The same for Western Europe, where such bytes are few and even a title of umlauts is right. */
  private static final double WESTERN_NONSENSE = 13;

  private static final int LEAST_BEFORE_A_CUT = 5;
  private static final int FEW = 4_000;

  /** Texts that are judged together, and at most as many alone: each takes some milliseconds. */
  private static final int MOST_JUDGED = 50;

  private final Optional<Language> language;
  private int judgedAlone;

  private OldText(Optional<Language> language) {
    this.language = language;
  }

  /** Finds the encoding that the texts of a file have in common. */
  static OldText among(List<String> texts) {
    List<byte[]> old =
        texts.stream()
            .filter(OldText::isOld)
            .map(OldText::beginning)
            .distinct()
            .limit(MOST_JUDGED)
            .toList();
    return new OldText(old.isEmpty() ? Optional.empty() : best(old));
  }

  /** Whether each character stands for one byte, and some of them are not ASCII. */
  static boolean isOld(String text) {
    return text.chars().allMatch(c -> c <= 0xFF) && text.chars().anyMatch(c -> c >= 0x80);
  }

  private static Optional<Language> best(List<byte[]> texts) {
    long bytes = texts.stream().mapToLong(text -> high(text)).sum();
    return Language.ALL.stream()
        .map(each -> new Judged(each, cost(each, texts)))
        .filter(
            each -> each.cost < bytes * (each.language.isWestern() ? WESTERN_NONSENSE : NONSENSE))
        .min(Comparator.comparingDouble(each -> each.cost + prior(each.language)))
        .map(Judged::language);
  }

  private record Judged(Language language, double cost) {}

  private static double prior(Language language) {
    return language.rarity() + (language.isWestern() ? 0 : PRIOR);
  }

  private static double cost(Language language, List<byte[]> texts) {
    double cost = 0;
    for (byte[] text : texts) {
      cost += language.decoded(text).map(language::cost).orElse(1e6);
    }
    return cost;
  }

  private static long high(byte[] text) {
    long high = 0;
    for (byte each : text) {
      high += each < 0 ? 1 : 0;
    }
    return high;
  }

  /**
   * The text as its author meant it; empty if that cannot be found out.
   *
   * @param text as it arrived
   */
  Optional<String> meant(String text) {
    if (!isOld(text)) {
      return readable(text);
    }
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    Optional<String> utf8 = utf8(bytes);
    return utf8.isPresent()
        ? utf8
        : language.or(() -> alone(text)).flatMap(each -> each.decoded(bytes));
  }

  private static byte[] beginning(String text) {
    return text.substring(0, Math.min(FEW, text.length())).getBytes(StandardCharsets.ISO_8859_1);
  }

  private Optional<Language> alone(String text) {
    return judgedAlone++ < MOST_JUDGED ? best(List.of(beginning(text))) : Optional.empty();
  }

  /** UTF-8 is hardly ever so by chance, also where a field of fixed size has cut its end. */
  private static Optional<String> utf8(byte[] bytes) {
    int whole = bytes.length - cut(bytes);
    return Language.decoded(StandardCharsets.UTF_8, Arrays.copyOf(bytes, whole))
        .filter(text -> text.chars().noneMatch(OldText::isUnlikely))
        .filter(text -> whole == bytes.length || high(bytes) >= LEAST_BEFORE_A_CUT);
  }

  /** How many bytes at the end are the beginning of a character of UTF-8. */
  private static int cut(byte[] bytes) {
    int back = 1;
    while (back < Math.min(4, bytes.length) && (bytes[bytes.length - back] & 0xC0) == 0x80) {
      back++;
    }
    int lead = back <= bytes.length ? bytes[bytes.length - back] & 0xFF : 0;
    int length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    return length > back ? back : 0;
  }

  /** Phonetic and combining characters, which two bytes of another encoding may look like. */
  private static boolean isUnlikely(int c) {
    return Language.isNoText(c) || (c >= 0x250 && c < 0x370);
  }

  /** A few lost characters are dropped; where most are lost, the text says nothing. */
  private static Optional<String> readable(String text) {
    long lost = text.chars().filter(c -> c == 0xFFFD).count();
    return lost * 10 > text.length() ? Optional.empty() : Optional.of(text.replace("\uFFFD", ""));
  }
}
