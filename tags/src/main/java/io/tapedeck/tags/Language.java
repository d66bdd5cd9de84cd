package io.tapedeck.tags;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A family of languages in one encoding. {@link #cost} is minus the natural logarithm of how
 * probable a text is in it, roughly: for an alphabet by the rank of its letters, for Chinese
 * characters and Hangul by whether they are among the most common. Only what is not ASCII costs,
 * because ASCII is the same in all of them.
 *
 * @param rarity minus the logarithm of how often the encoding itself is met, relative to others
 */
record Language(String encoding, double rarity, Script script) {
  /**
   * The letters of Western Europe, the most common first, by languages: they are not mixed in a
   * text.
   */
  private static final Script WESTERN =
      new Accents(
          List.of(
              "éèàçêâîôûùëïœÉÀÇÈÊÔÂÎÿŒ",
              "üäößÜÖÄéà",
              "áíóéñúãçõêâôàüÁÓÉÍÚÑÇÂÃÊÔÕ",
              "åøäöæéÅØÄÖÆèüáó",
              "àèòùìéÈÀ"),
          3);

  private static final Script ICELANDIC = new Accents(List.of("íáðéóúýþöæÍÁÓÚÞÖÆÐÉÝ"), 3);

  private static final Script CENTRAL =
      new Accents(
          List.of(
              "óąęłżśćńźŁŚŻŹĆÓ",
              "áíéěčřžýšůúťďňóŽŠČŘÝÁÉÍÚĎŤŇľĺŕôäŕ",
              "áéöőóüűúíÁÉÖŐÓÜŰÚÍ",
              "ăîâșțşţĂÎÂŞŢ",
              "čćžšđČĆŽŠĐ"),
          1);

  private static final Script TURKISH = new Accents(List.of("ıüşğöçİŞÜÖÇĞâîû"), 2);

  private static final Script CYRILLIC =
      new Alphabet(
          "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфіёїєјъўґћђљњџ",
          "ст но то на ен ко ра ро ов во пр го ри ли ре ос по ер ал не ни ол ть ва ка та ат ет ло ла"
              + " ль от те ти ин да де ми ма мо со св ве бе лю уб бо ой ая ый ом ог ор ар он ан ам ем ки"
              + " пе ес сн ня пи ис зв зд ез де нь до че ше ши жи за из ба са сл ск ик ек ок нн ый ий ие ия"
              + " ое ые ую ею мы вы ты ру гр бл др бр кр тр ву ту ку ну му лу пу су ду бу ед ев ел ей ав ад"
              + " ас ах уш ут ур ум ул ит им ил их ив яз яв ян ят ям ях",
          "аеёиоуыэюя");

  private static final Script GREEK =
      new Alphabet(
          "αοιετσνηυρπκμλςωίάήόέγδύώχθφβξζψϊ",
          "το ου αι τα να κα με σο σε ει οι ησ ος ης ας απ αγ γα πη ια στ τη τι μα ρα θα λα εν",
          "");

  private static final Script HEBREW =
      new Alphabet("יהולאתרבמשנםחדקעכפטגןצסזךףץ", "של לו לא את ים ות הא אה בה שי יר אב", "");

  private static final Script ARABIC =
      new Alphabet(
          "اليمنتربوهدعسقحكفجشطصخزضذغثظةىأإآئءؤپچژگًٌٍَُِّْـ،؟",
          "ال لا في ما من ان ين ات ها لي را يا نا حب بي لم ور ير ري ام ار",
          "");

  /** The upper half of windows-1256, which the JDK's base module does not know. */
  private static final String WINDOWS_1256 =
      "€پ‚ƒ„…†‡ˆ‰ٹ‹Œچژڈگ‘’“”•–—ک™ڑ›œ\u200C\u200Dں"
          + "\u00A0،¢£¤¥¦§¨©ھ«¬\u00AD®¯°±²³´µ¶·¸¹؛»¼½¾؟"
          + "ہءآأؤإئابةتثجحخدذرزسشصض×طظعغـفقك"
          + "àلâمنهوçèéêëىيîïًٌٍَôُِ÷ّùْûü\u200E\u200Fے";

  private static final Script THAI =
      new Alphabet("านรอกเงมยลวดทสตะปบคหแจพชขใไผซถโ่้ัิีืุู็์ำ", "รั ัก ที ไม ให คว าม เร", "");

  static final List<Language> ALL =
      Stream.of(
              new Language("windows-1252", 0, WESTERN),
              new Language("windows-1252", 4, ICELANDIC),
              new Language("windows-1250", -3, CENTRAL),
              new Language("ISO-8859-2", -1, CENTRAL),
              new Language("windows-1254", -4, TURKISH),
              new Language("windows-1251", 0, CYRILLIC),
              new Language("KOI8-R", 2, CYRILLIC),
              new Language("IBM866", 2, CYRILLIC),
              new Language("windows-1253", 1, GREEK),
              new Language("ISO-8859-8", 2, HEBREW),
              new Language("windows-1256", 0, ARABIC),
              new Language("TIS-620", 1, THAI),
              new Language("windows-31j", 0, EastAsian.JAPANESE),
              new Language("EUC-JP", 2, EastAsian.JAPANESE),
              new Language("GBK", 0, EastAsian.SIMPLIFIED),
              new Language("Big5", 1, EastAsian.TRADITIONAL),
              new Language("EUC-KR", 0, EastAsian.KOREAN))
          .filter(each -> each.isTable() || Charset.isSupported(each.encoding))
          .toList();

  /** Tells how improbable a text is. */
  interface Script {
    double cost(String text);
  }

  /** The text that the bytes are in this encoding; empty if they are none. */
  Optional<String> decoded(byte[] bytes) {
    return isTable() ? Optional.of(byTable(bytes)) : decoded(Charset.forName(encoding), bytes);
  }

  /** The same for any encoding. */
  static Optional<String> decoded(Charset charset, byte[] bytes) {
    try {
      return Optional.of(
          charset
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes))
              .toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private boolean isTable() {
    return encoding.equals("windows-1256");
  }

  private static String byTable(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte each : bytes) {
      text.append(each < 0 ? WINDOWS_1256.charAt(each + 128) : (char) each);
    }
    return text.toString();
  }

  boolean isWestern() {
    return encoding.equals("windows-1252");
  }

  double cost(String text) {
    return script.cost(text);
  }

  /** What no text has: controls, and characters without a meaning of their own. */
  static boolean isNoText(int c) {
    return (c >= 0x80 && c < 0xA0) || c == 0xFFFD || (c >= 0xE000 && c < 0xF900);
  }

  private static final double PUNCTUATION = 6;
  private static final double STRANGE = 12;
  private static final double NO_TEXT = 30;

  /** What is no letter of the language: beside words people write some signs, inside them none. */
  private static double other(String text, int at) {
    char c = text.charAt(at);
    boolean before = isLetter(text, at - 1);
    boolean after = isLetter(text, at + 1);
    boolean fits =
        switch (c) {
          case '’', '´', '·' -> true;
          case '½', '¼', '¾', '²', '³', '×', '±', '§', 'µ' -> !before && !after;
          case '»', '“', '”', '‘', '…', '›' -> !after;
          case '™', '®' -> before && !after;
          case '°' -> isBehindNumber(text, at);
          case '«', '„', '‹', '¿', '¡', '©', '£', '№' -> !before;
          case '–', '—' -> !before && !after;
          case '\u00A0', '€' -> !before || !after;
          default -> false;
        };
    return isNoText(c) ? NO_TEXT : fits ? PUNCTUATION : STRANGE;
  }

  private static boolean isBehindNumber(String text, int at) {
    int before = at - 1;
    while (before >= 0 && Character.isWhitespace(text.charAt(before))) {
      before--;
    }
    return before >= 0 && Character.isDigit(text.charAt(before));
  }

  private static boolean isLetter(String text, int at) {
    return at >= 0
        && at < text.length()
        && (Character.isLetter(text.charAt(at))
            || Character.getType(text.charAt(at)) == Character.NON_SPACING_MARK);
  }

  private static boolean isAscii(String text, int at) {
    return text.charAt(at) < 0x80;
  }

  /**
   * Latin letters with marks: they stand among plain ones, and seldom beside each other.
   *
   * @param letters of each language
   * @param beside what two beside each other cost
   */
  private record Accents(List<String> letters, double beside) implements Script {
    @Override
    public double cost(String text) {
      return letters.stream().mapToDouble(own -> cost(text, own)).min().orElseThrow();
    }

    private double cost(String text, String own) {
      double cost = 0;
      for (int i = 0; i < text.length(); i++) {
        if (!isAscii(text, i)) {
          int rank = own.indexOf(text.charAt(i));
          boolean foreign = rank < 0 && letters.stream().anyMatch(has(text.charAt(i)));
          cost +=
              rank >= 0
                  ? 4 + 0.15 * rank + around(text, i)
                  : foreign ? 11 + around(text, i) : other(text, i);
        }
      }
      return cost;
    }

    private static Predicate<String> has(char c) {
      return own -> own.indexOf(c) >= 0;
    }

    private double around(String text, int at) {
      boolean before = isLetter(text, at - 1);
      boolean after = isLetter(text, at + 1);
      boolean plain = (before && isAscii(text, at - 1)) || (after && isAscii(text, at + 1));
      double cost = before && !isAscii(text, at - 1) ? beside : 0;
      cost += (before || after) && !plain ? 2.5 : 0;
      return isShouted(text, at) ? cost + 6 : cost;
    }
  }

  /** Whether a capital follows a small letter. */
  private static boolean isShouted(String text, int at) {
    return at > 0
        && Character.isUpperCase(text.charAt(at))
        && Character.isLowerCase(text.charAt(at - 1));
  }

  /**
   * An alphabet of its own: words do not mix it with Latin letters.
   *
   * @param pairs letters that often follow each other
   * @param vowels which follow each other seldom, except in those pairs
   */
  private record Alphabet(String letters, String pairs, String vowels) implements Script {
    @Override
    public double cost(String text) {
      double cost = 0;
      for (int i = 0; i < text.length(); i++) {
        if (!isAscii(text, i)) {
          int rank = letters.indexOf(Character.toLowerCase(text.charAt(i)));
          cost += rank < 0 ? other(text, i) : 2.2 + 0.1 * rank + before(text, i);
        } else if (isLetter(text, i) && isLetter(text, i - 1) && !isAscii(text, i - 1)) {
          cost += MIXED;
        }
      }
      return cost;
    }

    private double before(String text, int at) {
      if (!isLetter(text, at - 1)) {
        return FINAL_LETTERS.indexOf(text.charAt(at)) >= 0 ? 5 : 0;
      }
      if (isAscii(text, at - 1)) {
        return MIXED;
      }
      String pair = text.substring(at - 1, at + 1).toLowerCase(Locale.ROOT);
      boolean hiatus = vowels.indexOf(pair.charAt(0)) >= 0 && vowels.indexOf(pair.charAt(1)) >= 0;
      double fluent = pairs.contains(pair) ? -1.5 : hiatus ? 2 : 0.4;
      boolean upper = Character.isUpperCase(text.charAt(at));
      return fluent + (isShouted(text, at) ? 5 : upper ? 0.2 : 0);
    }
  }

  private static final double MIXED = 9;

  /** Hebrew letters that only end words. */
  private static final String FINAL_LETTERS = "\u05DD\u05DF\u05E5\u05E3\u05DA";
}
