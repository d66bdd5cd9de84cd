package io.tapedeck.tags;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What can be said of a piece of audio, where ID3 keeps it, and under which names sources have it.
 * The names are those that ffmpeg makes of the fields of MP4, Matroska, Ogg, FLAC, ASF, RIFF, APE
 * and CAF, and the frames of ID3; see {@link #of} for how they are compared.
 */
enum Field {
  TITLE("TIT2", Form.TEXT, "TITLE NAME"),
  ARTIST("TPE1", Form.LIST, "ARTIST ARTISTS AUTHOR LEADPERFORMER PERFORMER"),
  ALBUM("TALB", Form.TEXT, "ALBUM ALBUMTITLE PRODUCT"),
  ALBUM_ARTIST("TPE2", Form.LIST, "ALBUMARTIST BAND ENSEMBLE"),
  COMPOSER("TCOM", Form.LIST, "COMPOSER IMUS"),
  DATE("TDRC", Form.DATE, "DATE YEAR DATERECORDED RECORDINGTIME DATERELEASED"),
  TRACK("TRCK", Form.NUMBER, "PARTNUMBER TRACK TRACKNUMBER"),
  DISC("TPOS", Form.NUMBER, "DISC DISCNUMBER PARTOFSET"),
  GENRE("TCON", Form.LIST, "GENRE"),
  GROUPING("TIT1", Form.TEXT, "GROUPING CONTENTGROUP CONTENTGROUPDESCRIPTION GRP1"),
  SUBTITLE("TIT3", Form.TEXT, "SUBTITLE"),
  CONDUCTOR("TPE3", Form.LIST, "CONDUCTOR"),
  REMIXER("TPE4", Form.LIST, "REMIXER MIXARTIST MODIFIEDBY REMIXEDBY"),
  LYRICIST("TEXT", Form.LIST, "LYRICIST WRITER IWRI WRITTENBY"),
  PUBLISHER("TPUB", Form.TEXT, "PUBLISHER LABEL ORGANIZATION"),
  COPYRIGHT("TCOP", Form.TEXT, "COPYRIGHT"),
  LANGUAGE("TLAN", Form.LANGUAGE, "LANGUAGE"),
  COMPILATION("TCMP", Form.FLAG, "COMPILATION ITUNESCOMPILATION ISCOMPILATION CPIL TCP"),
  BPM("TBPM", Form.COUNT, "BPM BEATSPERMINUTE TEMPO TMPO"),
  KEY("TKEY", Form.TEXT, "INITIALKEY"),
  ISRC("TSRC", Form.ISRC, "ISRC"),
  MOOD("TMOO", Form.TEXT, "MOOD"),
  ORIGINAL_DATE("TDOR", Form.DATE, "ORIGINALDATE ORIGINALYEAR ORIGINALRELEASETIME TORY"),
  RELEASE_DATE("TDRL", Form.DATE, "RELEASEDATE RELEASETIME"),
  ENCODED_DATE("TDEN", Form.DATE, "ENCODEDDATE DATEENCODED ENCODINGTIME"),
  ENCODED_BY("TENC", Form.TEXT, "ENCODEDBY"),
  SORT_TITLE("TSOT", Form.TEXT, "SORTNAME SORTTITLE TITLESORT TITLESORTORDER"),
  SORT_ARTIST("TSOP", Form.TEXT, "SORTARTIST ARTISTSORT ARTISTSORTORDER"),
  SORT_ALBUM("TSOA", Form.TEXT, "SORTALBUM ALBUMSORT ALBUMSORTORDER"),
  SORT_ALBUM_ARTIST("TSO2", Form.TEXT, "SORTALBUMARTIST ALBUMARTISTSORT ALBUMARTISTSORTORDER"),
  SORT_COMPOSER("TSOC", Form.TEXT, "SORTCOMPOSER COMPOSERSORT COMPOSERSORTORDER"),
  CATEGORY("TCAT", Form.TEXT, "CATEGORY"),
  KEYWORDS("TKWD", Form.TEXT, "KEYWORDS"),
  PODCAST_ID("TGID", Form.TEXT, "EPISODEUID EPISODEGUID"),
  PODCAST_TEXT("TDES", Form.TEXT, ""),
  PODCAST("PCST", Form.FLAG, "PODCAST"),
  COMMENT("COMM", Form.REMARK, "COMMENT COMMENTS ICMT"),
  LYRICS("USLT", Form.REMARK, "LYRICS UNSYNCEDLYRICS UNSYNCHRONISEDLYRICS"),
  SOURCE("WOAS", Form.LINK, "PURL URL WEBSITE AUDIOSOURCEURL"),
  ARTIST_PAGE("WOAR", Form.LINK, "AUTHORURL ARTISTURL"),
  FILE_PAGE("WOAF", Form.LINK, "AUDIOFILEURL WXXX"),
  FEED("WFED", Form.LINK, "PODCASTURL FEEDURL"),

  /** Of a video or an episode; these have no frame, so players read them by their names. */
  DESCRIPTION("description", Form.CUSTOM, "DESCRIPTION"),
  SYNOPSIS("synopsis", Form.CUSTOM, "SYNOPSIS LONGDESCRIPTION"),
  SHOW("show", Form.CUSTOM, "SHOW TVSHOW SERIES"),
  SEASON("season_number", Form.CUSTOM, "SEASONNUMBER SEASON TVSEASON"),
  EPISODE("episode_sort", Form.CUSTOM, "EPISODESORT TVEPISODE"),
  EPISODE_ID("episode_id", Form.CUSTOM, "EPISODEID TVEPISODEID"),
  NETWORK("network", Form.CUSTOM, "NETWORK TVNETWORK"),
  BARCODE("BARCODE", Form.CUSTOM, "BARCODE UPC"),
  CATALOG_NUMBER("CATALOGNUMBER", Form.CUSTOM, "CATALOGNUMBER CATALOGID"),

  /** Not written themselves: the numbers of tracks and discs end in them. */
  TRACKS("", Form.TOTAL, "TRACKTOTAL TOTALTRACKS TOTALPARTS"),
  DISCS("", Form.TOTAL, "DISCTOTAL TOTALDISCS");

  /** How a field is written. */
  enum Form {
    TEXT,
    LIST,
    DATE,
    NUMBER,
    COUNT,
    FLAG,
    LANGUAGE,
    ISRC,
    REMARK,
    LINK,
    CUSTOM,
    TOTAL
  }

  private static final Map<String, Field> BY_NAME = byName();
  private static final Pattern NO_LETTER = Pattern.compile("[^A-Z0-9]");
  private static final Pattern OF_ASF = Pattern.compile("^WM/");

  /** The identifier of the frame, or the name of a custom one. */
  final String frame;

  final Form form;
  private final String names;

  Field(String frame, Form form, String names) {
    this.frame = frame;
    this.form = form;
    this.names = names;
  }

  private static Map<String, Field> byName() {
    Map<String, Field> all = new HashMap<>();
    for (Field field : values()) {
      all.put(field.frame.toUpperCase(Locale.ROOT), field);
      Arrays.stream(field.names.split(" ")).forEach(name -> all.put(name, field));
    }
    all.remove("");
    return all;
  }

  /**
   * The field for a source's name. Only letters and digits count, in any case: {@code
   * ALBUM_ARTIST}, {@code Album Artist} and {@code WM/AlbumArtist} are one name.
   */
  static Optional<Field> of(String name) {
    String plain = OF_ASF.matcher(name.toUpperCase(Locale.ROOT)).replaceFirst("");
    return Optional.ofNullable(BY_NAME.get(NO_LETTER.matcher(plain).replaceAll("")));
  }
}
