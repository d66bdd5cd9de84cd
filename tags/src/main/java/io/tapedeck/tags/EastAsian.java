package io.tapedeck.tags;

import java.nio.charset.Charset;

/**
 * The scripts of East Asia by their most common characters, which make up most of any text. The
 * national standards also order the others: the first level has what people use.
 */
enum EastAsian implements Language.Script {
  JAPANESE(
      "日一国会人年大十二本中長出三同時政事自行社見月分議後前民生連五発間対上部東者党地合市業内相方四定今回新場金員九入選立開手米力学問高代明実円関決子動京全目表戦経通外最言氏現理調体化田当八六約主題"
          + "下首意法不来作性的要用制治度務強気小七成期公持野協取都和統以機平総加山思家話世受区領多県続進正安設保改数記院女初北午指権心界支第産結百派点教報済書府活原先共得解名交資予川向際査勝面委告軍文反元重"
          + "近千考判認画海参売利組知案道信策集在件団別物側任引使求所次水半品昨論計死官増係感特情投示変打男基私各始島直両朝革価式確村提運終挙果西勢減台広容必応演電歳住争談能無再位置企真流格有疑口過局少放税検"
          + "夜空愛恋歌夢花雨風星雪春夏秋冬君僕涙想唄曲音楽声笑光影色桜恋命永遠旅海鳥") {
    @Override
    double cost(char c) {
      if (c >= 0x3041 && c <= 0x3096) {
        return 4.8;
      }
      if (c >= 0x30A1 && c <= 0x30FC) {
        return 5.2;
      }
      return c >= 0xFF61 && c <= 0xFF9F ? 7 : super.cost(c);
    }
  },
  SIMPLIFIED(
      "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从"
          + "想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提"
          + "立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像"
          + "难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运笔歌爱夜雨风花梦星雪春夏秋冬泪唱曲音乐笑影永远城蓝红月亮朋友吻恋忘记恭喜快亲兰周杰伦邓丽君陈"
          + "王菲李刘华谢林张学友孙燕姿青甜蜜豆瓷鼠米你好北京上海世界中国"),
  TRADITIONAL(
      "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡用道行所然家種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心她本前開但因只從"
          + "想實日軍者意無力它與長把機十民第公此已工使情明性知全三又關點正業外將兩高間由問很最重並物手應戰向頭文體政美相見被利什二等產或新己制身果加西斯月話合回特代內信表化老給世位次度門任常先海通教兒原東聲提"
          + "立及比員解水名真論處走義各入幾口認條平系氣題活爾更別打女變四神總何電數安少報才結反受目太量再感建務做接必場件計管期市直德資命山金指克許統區保至隊形社便空決治展馬科司五基眼書非則聽白卻界達光放強即像"
          + "難且權思王象完設式色路記南品住告類求據程北邊死張該交規萬取拉格望覺術領共確傳師觀清今切院讓識候帶導爭運筆歌愛夜雨風花夢星雪春夏秋冬淚唱曲音樂笑影永遠城藍紅亮朋友吻戀忘恭喜快親蘭周杰倫鄧麗君陳菲李劉華謝青甜蜜紅豆惠妹瓷"
          + "林張台灣臺北"),
  KOREAN(
      "이다는을가의에고하지한어를은도나자기로사리아서그대시라정보수있인해들일스제부전마만것여게원장주면성오상구우소무모선조미관신경비공과동거내세년적으진전간안문회방분생위까요때당중물현화계점바러말실식"
          + "국체법치재노되집행외불었음학교단강반같발명결두저개심산했야없연와너영용유임입통할습니려차트사랑눈별달밤꿈노래비바람봄여름가울겨친구안녕오늘내일님남북새벽길마음행복눈물날좋은곡집천번째트랙강제화빅") {
    @Override
    double cost(char c) {
      boolean hangul = c >= 0xAC00 && c <= 0xD7A3;
      return hangul && super.cost(c) > COMMON ? 10 : hangul ? 5.8 : RARE;
    }
  };

  private static final double COMMON = 6.3;
  private static final double KNOWN = 9.3;
  private static final double RARE = 13.5;
  private static final int NONE = -1;

  /** The bytes that begin characters of the first level in GB 2312, which EUC-JP shares nearly. */
  private final String common;

  EastAsian(String common) {
    this.common = common;
  }

  @Override
  public double cost(String text) {
    double cost = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        cost += Language.isNoText(c) ? 30 : isPunctuation(c) ? 6 : cost(c) + beside(text, i);
      }
    }
    return cost;
  }

  /** Beside Latin letters there is a space, except for capitals as in "KTV". */
  private static double beside(String text, int at) {
    double cost = 0;
    for (int i = at - 1; i <= at + 1; i += 2) {
      char c = i >= 0 && i < text.length() ? text.charAt(i) : ' ';
      cost += c >= 'a' && c <= 'z' ? 8 : c >= 'A' && c <= 'Z' ? 3 : 0;
    }
    return cost;
  }

  double cost(char c) {
    return common.indexOf(c) > NONE ? COMMON : isFirstLevel(c) ? KNOWN : RARE;
  }

  private static boolean isPunctuation(char c) {
    return (c >= 0x3000 && c <= 0x3020)
        || (c >= 0xFF01 && c <= 0xFF5E)
        || "“”‘’—…·".indexOf(c) >= 0;
  }

  private boolean isFirstLevel(char c) {
    byte[] bytes = String.valueOf(c).getBytes(standard());
    int lead = bytes.length == 2 ? bytes[0] & 0xFF : 0;
    return switch (this) {
      case JAPANESE -> lead >= 0xB0 && lead <= 0xCF;
      case SIMPLIFIED -> lead >= 0xB0 && lead <= 0xD7 && (bytes[1] & 0xFF) >= 0xA1;
      case TRADITIONAL -> lead >= 0xA4 && lead <= 0xC6;
      case KOREAN -> false;
    };
  }

  private Charset standard() {
    return Charset.forName(
        switch (this) {
          case JAPANESE -> "EUC-JP";
          case SIMPLIFIED -> "GBK";
          case TRADITIONAL -> "Big5";
          case KOREAN -> "EUC-KR";
        });
  }
}
