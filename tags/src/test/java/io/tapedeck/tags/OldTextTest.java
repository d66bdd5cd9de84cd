package io.tapedeck.tags;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Texts whose bytes do not say their encoding, as they arrive: each byte as one character. */
class OldTextTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "windows-1251 | Привет; Мы; Кино - Группа крови; ПЕСНЯ БЕЗ СЛОВ; Ленинград; Она; Ария (1990)",
        "windows-1251 | Звезда по имени Солнце; Ой у лузі червона калина; песня; Сезон 1, серия 2",
        "windows-1251 | Алла Пугачёва; Миллион алых роз; Беспечный ангел «live»; Това е любов",
        "KOI8-R | Привет; Группа крови; ПЕСНЯ; Земфира; песня; Виктор Цой",
        "IBM866 | Привет; Группа крови; Земфира; Виктор Цой",
        "windows-1252 | À la recherche du temps perdu; Größe; été; Señor; Sigur Rós; Björk; Ça va",
        "windows-1252 | Mötley Crüe; Ágætis byrjun; Þú ert jörðin; Ñandú; São Paulo; Øya; Für Elise",
        "windows-1252 | MÜLLER; ÜBER ALLES; Rock’n’roll; “Quoted”; Çà et là; Îles; È così; naïve; Ä",
        "windows-1252 | perché no? Più; © 2004 Someone; Blå øjne; Ísland; 50 °C; ½ life; Beyoncé",
        "windows-1252 | Antônio Carlos Jobim – Águas de Março; ¿Qué?; ¡Olé!; Óðinn; Père Noël; öä",
        "windows-1250 | Žluťoučký kůň; Gdzie jest mój dom; Książę i łąka; Cześć Małgosiu; Jiří",
        "ISO-8859-2 | Książę i łąka; Žluťoučký kůň",
        "windows-1254 | Şarkı; Işık doğudan; Barış Manço - Gülpembe",
        "windows-1253 | Γειά σου; Αγάπη; Η αγάπη μου; Χάρις Αλεξίου; Μίκης Θεοδωράκης",
        "ISO-8859-8 | שלום; ירושלים של זהב",
        "windows-1256 | أم كلثوم; حبيبي; القرآن الكريم; شاب خالد - ديدي; محمد",
        "TIS-620 | รักเธอ; ความรัก; เพลงไทย",
        "windows-31j | こんにちは; さくら; 宇多田ヒカル; 君の名は。; 東京事変; 初音ミク; 千本桜; カラオケ",
        "EUC-JP | こんにちは; 宇多田ヒカル; 千本桜",
        "GBK | 你好; 月亮代表我的心; 周杰伦; 青花瓷; 北京欢迎你; 邓丽君; 红豆; 老鼠爱大米; 十年",
        "Big5 | 你好; 月亮代表我的心; 周杰倫; 鄧麗君; 紅豆; 張惠妹; 甜蜜蜜; 十年",
        "EUC-KR | 안녕하세요; 사랑; 아리랑; 강남스타일; 소녀시대; 눈물; 봄날; 김광석 - 서른 즈음에",
        "UTF-8 | Größe; Привет; 東京 🎵; été",
      })
  void eachTitleAloneIsRecognised(String encoding, String titles) {
    for (String title : titles.split("; ")) {
      String arrived = arrived(encoding, title);
      assertThat(OldText.among(List.of(arrived)).meant(arrived)).as(title).contains(title);
    }
  }

  @Test
  void aLongTextIsJudgedByItsBeginning() {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      texts.add("\u0090\u00FF" + "\u00B0 ".repeat(2_000 + i)); // in no language
    }
    OldText old = OldText.among(texts);
    String song = arrived("windows-1251", "Звезда по имени Солнце ".repeat(200));
    assertThat(old.meant(song + "\u00B0".repeat(20_000))).isPresent();
    for (String text : texts) {
      assertThat(old.meant(text)).isEmpty();
    }
    assertThat(old.meant(song)).as("not without end: each takes some milliseconds").isEmpty();
  }

  @Test
  void theOtherTextsOfTheFileTellWhatOneLetterMeans() {
    List<String> arrived =
        List.of(arrived("windows-1251", "Я"), arrived("windows-1251", "Виктор Цой"));
    assertThat(OldText.among(arrived).meant(arrived.getFirst())).contains("Я");
    List<String> czech =
        List.of(arrived("windows-1250", "Dvořák"), arrived("windows-1250", "Žluťoučký kůň"));
    assertThat(OldText.among(czech).meant(czech.getFirst())).contains("Dvořák");
  }

  @Test
  void whatIsRightStaysAsItIs() {
    for (String right : List.of("Straße, 東京 🎵", "plain", "Привет", "Ñ", "")) {
      assertThat(OldText.among(List.of(right)).meant(right)).contains(right);
    }
  }

  @Test
  void aFieldOfFixedSizeMayCutACharacterOfUtf8() {
    byte[] whole = "Привет, как твои дела".getBytes(StandardCharsets.UTF_8);
    String cut = new String(Arrays.copyOf(whole, 30), StandardCharsets.ISO_8859_1);
    assertThat(OldText.among(List.of(cut)).meant(cut)).contains("Привет, как твои ");
  }

  @Test
  void whatIsNoTextIsLeftOut() {
    for (String noise :
        List.of(
            "\u0081\u00B2\u00FF\u0098\u00CC\u00A4\u009F\u00AD\u0090\u00BE",
            "??\uFFFD\uFFFD\uFFFD")) {
      assertThat(OldText.among(List.of(noise)).meant(noise)).as(noise).isEmpty();
    }
    assertThat(OldText.among(List.of()).meant("one of many letters \uFFFD"))
        .contains("one of many letters ");
  }

  private static String arrived(String encoding, String title) {
    return new String(title.getBytes(Charset.forName(encoding)), StandardCharsets.ISO_8859_1);
  }
}
