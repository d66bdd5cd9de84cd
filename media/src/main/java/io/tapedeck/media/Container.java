package io.tapedeck.media;

import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The accepted kinds of file. The bytes of a file decide its kind; its name does not matter. Each
 * kind names the one demuxer that may open it, so a file that begins like a video cannot be read as
 * a playlist. Every demuxer here reads the one file it was given and opens no other.
 */
public enum Container {
  MP4("MP4, MOV, M4A, 3GP", "mov,mp4,m4a,3gp,3g2,mj2"),
  MATROSKA("Matroska, WebM", "matroska,webm"),
  AVI("AVI, AMV", "avi"),
  FLV("FLV", "flv"),
  SWF("SWF (Flash)", "swf"),
  MPEG_TS("MPEG transport stream: TS, M2TS, MTS; also from the middle", "mpegts"),
  MPEG_PS("MPEG program stream: MPG, VOB, DAT of a Video CD; also from the middle", "mpeg"),
  MPEG_VIDEO("MPEG video without a container (has no audio)", "mpegvideo"),
  PVA("PVA", "pva"),
  ASF("ASF, WMV, WMA", "asf"),
  WTV("WTV", "wtv"),
  REAL("RealMedia: RM, RMVB, RA", "rm"),
  MXF("MXF", "mxf"),
  GXF("GXF", "gxf"),
  DV("DV", "dv"),
  NUT("NUT", "nut"),
  OGG("Ogg: OGG, OGV, Opus, SPX", "ogg"),
  WAV("WAV, RF64, BW64", "wav"),
  W64("W64", "w64"),
  AIFF("AIFF, AIFF-C", "aiff"),
  IFF("8SVX and other IFF; DSDIFF (DFF)", "iff"),
  DSF("DSF", "dsf"),
  CAF("CAF", "caf"),
  AU("AU, SND", "au"),
  VOC("VOC", "voc"),
  SOX("SoX", "sox"),
  NIST("NIST Sphere", "nistsphere"),
  IRCAM("IRCAM", "ircam"),
  FLAC("FLAC", "flac"),
  WAVPACK("WavPack", "wv"),
  APE("Monkey's Audio: APE", "ape"),
  TTA("TTA", "tta"),
  TAK("TAK", "tak"),
  SHORTEN("Shorten: SHN", "shn"),
  MUSEPACK_7("Musepack, streams up to version 7", "mpc"),
  MUSEPACK_8("Musepack, version 8", "mpc8"),
  OMA("OMA (ATRAC)", "oma"),
  AMR("AMR", "amr"),
  QCP("QCP", "qcp"),
  DSS("DSS (dictation)", "dss"),
  BARE("MP3, MP2, MP1; also from the middle", "mp3"),
  ADTS("AAC in ADTS; also from the middle", "aac"),
  LOAS("AAC in LOAS (LATM); also from the middle", "loas"),
  AC3("AC-3; also from the middle", "ac3"),
  EAC3("E-AC-3; also from the middle", "eac3"),
  DTS("DTS; also from the middle", "dts"),
  DTS_HD("DTS-HD", "dtshd"),
  TRUEHD("Dolby TrueHD; also from the middle", "truehd"),
  MLP("MLP; also from the middle", "mlp");

  private final String people;
  private final String demuxer;

  Container(String people, String demuxer) {
    this.people = people;
    this.demuxer = demuxer;
  }

  /** What people call the kind, and endings of files' names. */
  public String people() {
    return people;
  }

  /** The demuxer with all its names, for ffmpeg's {@code -format_whitelist}. */
  public String demuxer() {
    return demuxer;
  }

  /** One name of the demuxer, for ffmpeg's {@code -f}. */
  public String format() {
    return demuxer.replaceFirst(",.*", "");
  }

  /**
   * From where in a file a seek by timestamp is right; empty if nowhere. Times of Matroska are
   * whole milliseconds, so there a sought packet says where it is to the millisecond only. Nearer
   * than this the samples are counted from the beginning, which takes a second at most.
   */
  public Optional<Duration> seeksFrom() {
    return switch (this) {
      case MP4 -> Optional.of(Duration.ZERO);
      case MATROSKA -> Optional.of(Duration.ofMinutes(10));
      default -> Optional.empty();
    };
  }

  /** Whether the file has times. In a bare stream, the demuxer invents them from the bitrate. */
  public boolean hasTimes() {
    return switch (this) {
      case BARE, ADTS, LOAS, AC3, EAC3, DTS, DTS_HD, TRUEHD, MLP -> false;
      default -> true;
    };
  }

  /** Whether the lengths in the header count from zero, also if the first time is a later one. */
  public boolean countsFromZero() {
    return this == MATROSKA || this == FLV;
  }

  /**
   * Whether the lengths in the header are those of the audio. Writers of AVI count the packets of
   * ADPCM and GSM in various units, those of ASF add up times; their sizes in bytes are right.
   */
  public boolean claimsTrueLengths() {
    return this != AVI && this != ASF;
  }

  /**
   * Whether decoders leave out damaged audio of this kind. Audio of the claimed length is then
   * whole, and a decoder's complaints are about bytes behind it.
   */
  public boolean losesDamage() {
    return this == FLAC || this == WAVPACK || this == WAV || this == AIFF || this == AU;
  }

  /**
   * Recognises the kind by the beginning of the file.
   *
   * @throws Refusal {@link Code#EMPTY_FILE}, {@link Code#UNSUPPORTED_CONTAINER}, {@link
   *     Code#UNSUPPORTED_CODEC} or {@link Code#NO_AUDIO_TRACK}
   */
  public static Container of(Path file) throws IOException {
    return Recognition.of(file);
  }

  /** Recognises the kind by a file's first bytes, 64 KiB of them where there are so many. */
  public static Container of(byte[] head) {
    return Recognition.of(head);
  }
}
