package io.tapedeck.tags;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The numbers that ID3v1 gives to genres, with those that Winamp added. */
final class Genres {
  private static final List<String> NAMES =
      List.of(
          ("Blues,Classic Rock,Country,Dance,Disco,Funk,Grunge,Hip-Hop,Jazz,Metal,New Age,"
                  + "Oldies,Other,Pop,R&B,Rap,Reggae,Rock,Techno,Industrial,Alternative,Ska,Death Metal,"
                  + "Pranks,Soundtrack,Euro-Techno,Ambient,Trip-Hop,Vocal,Jazz+Funk,Fusion,Trance,"
                  + "Classical,Instrumental,Acid,House,Game,Sound Clip,Gospel,Noise,Alt. Rock,Bass,Soul,"
                  + "Punk,Space,Meditative,Instrumental Pop,Instrumental Rock,Ethnic,Gothic,Darkwave,"
                  + "Techno-Industrial,Electronic,Pop-Folk,Eurodance,Dream,Southern Rock,Comedy,Cult,"
                  + "Gangsta Rap,Top 40,Christian Rap,Pop/Funk,Jungle,Native American,Cabaret,New Wave,"
                  + "Psychedelic,Rave,Showtunes,Trailer,Lo-Fi,Tribal,Acid Punk,Acid Jazz,Polka,Retro,"
                  + "Musical,Rock & Roll,Hard Rock,Folk,Folk-Rock,National Folk,Swing,Fast-Fusion,Bebop,"
                  + "Latin,Revival,Celtic,Bluegrass,Avantgarde,Gothic Rock,Progressive Rock,"
                  + "Psychedelic Rock,Symphonic Rock,Slow Rock,Big Band,Chorus,Easy Listening,Acoustic,"
                  + "Humour,Speech,Chanson,Opera,Chamber Music,Sonata,Symphony,Booty Bass,Primus,"
                  + "Porn Groove,Satire,Slow Jam,Club,Tango,Samba,Folklore,Ballad,Power Ballad,"
                  + "Rhythmic Soul,Freestyle,Duet,Punk Rock,Drum Solo,A Cappella,Euro-House,Dance Hall,"
                  + "Goa,Drum & Bass,Club-House,Hardcore,Terror,Indie,BritPop,Afro-Punk,Polsk Punk,Beat,"
                  + "Christian Gangsta Rap,Heavy Metal,Black Metal,Crossover,Contemporary Christian,"
                  + "Christian Rock,Merengue,Salsa,Thrash Metal,Anime,JPop,Synthpop,Abstract,Art Rock,"
                  + "Baroque,Bhangra,Big Beat,Breakbeat,Chillout,Downtempo,Dub,EBM,Eclectic,Electro,"
                  + "Electroclash,Emo,Experimental,Garage,Global,IDM,Illbient,Industro-Goth,Jam Band,"
                  + "Krautrock,Leftfield,Lounge,Math Rock,New Romantic,Nu-Breakz,Post-Punk,Post-Rock,"
                  + "Psytrance,Shoegaze,Space Rock,Trop Rock,World Music,Neoclassical,Audiobook,"
                  + "Audio Theatre,Neue Deutsche Welle,Podcast,Indie Rock,G-Funk,Dubstep,Garage Rock,"
                  + "Psybient")
              .split(","));

  /** ID3v2.3 writes a number in brackets, and may add a name behind it. */
  private static final Pattern NUMBER = Pattern.compile("(?:\\((\\d{1,3})\\)|(\\d{1,3}))(.*)");

  private Genres() {}

  /** The name for a text that may be a number; {@code (17)Live} is its name. */
  static String name(String text) {
    Matcher number = NUMBER.matcher(text);
    if (!number.matches()) {
      return text;
    }
    String digits = number.group(1) != null ? number.group(1) : number.group(2);
    String behind = number.group(3).strip();
    int index = Integer.parseInt(digits);
    if ((number.group(1) == null && !behind.isEmpty()) || index >= NAMES.size()) {
      return text;
    }
    return behind.isEmpty() || behind.startsWith("(") ? NAMES.get(index) : behind;
  }

  /** The number of a name. */
  static Optional<Integer> number(String name) {
    for (int i = 0; i < NAMES.size(); i++) {
      if (NAMES.get(i).equalsIgnoreCase(name)) {
        return Optional.of(i);
      }
    }
    return Optional.empty();
  }
}
