package io.tapedeck.media;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The audio formats that are decoded, and the decoders of ffmpeg for each; none for pictures or
 * subtitles, and none of formats that only games use. ffmpeg ignores names that it does not know.
 */
public enum AudioCodec {
  AAC("AAC, HE-AAC, xHE-AAC where ffmpeg decodes it", "aac,aac_fixed,aac_latm,libfdk_aac"),
  MPEG("MP3, MP2, MP1", "mp1,mp1float,mp2,mp2float,mp3,mp3float,mp3adu,mp3adufloat,mp3on4"),
  DOLBY("Dolby Digital: AC-3, E-AC-3", "ac3,ac3_fixed,eac3"),
  TRUEHD("Dolby TrueHD, MLP", "truehd,mlp"),
  DTS("DTS, DTS-HD", "dca"),
  XIPH("Opus, Vorbis, Speex", "opus,libopus,vorbis,libvorbis,speex,libspeex"),
  LOSSLESS(
      "FLAC, ALAC, WavPack, Monkey's Audio, TTA, TAK, Shorten, MPEG-4 ALS",
      "flac,alac,wavpack,ape,tta,tak,shorten,als"),
  MUSEPACK("Musepack", "mpc7,mpc8"),
  WMA("Windows Media Audio", "wmav1,wmav2,wmapro,wmalossless,wmavoice"),
  REAL("RealAudio", "real_144,real_288,cook,sipr,ralf"),
  ATRAC("ATRAC1, ATRAC3, ATRAC3+", "atrac1,atrac3,atrac3al,atrac3plus,atrac3plusal"),
  MOBILE("AMR, QCELP, EVRC", "amrnb,amrwb,libopencore_amrnb,libopencore_amrwb,qcelp,evrc"),
  TELEPHONY(
      "GSM, G.722, G.723.1, G.726, G.729, iLBC, TrueSpeech, DSS",
      "gsm,gsm_ms,libgsm,libgsm_ms,g722,g723_1,g726,g726le,g729,ilbc,libilbc,truespeech,dss_sp"),
  QUICKTIME("QDesign, MACE", "qdm2,qdmc,mace3,mace6"),
  OLD("Nellymoser, Intel Music Coder, Indeo Audio, AVC (On2)", "nellymoser,imc,iac,on2avc"),
  TWIN("VoxWare MetaSound, TwinVQ, Siren", "metasound,twinvq,msnsiren"),
  DSD("DSD, DST", "dsd_lsbf,dsd_msbf,dsd_lsbf_planar,dsd_msbf_planar,dst"),
  BROADCAST("SMPTE 302M, DV audio", "s302m,dvaudio"),
  ADPCM(
      "ADPCM of IMA, Microsoft, QuickTime, Yamaha, Creative, Dialogic, Flash, AMV",
      "adpcm_ms,adpcm_ima_wav,adpcm_ima_qt,adpcm_ima_amv,adpcm_ima_dk3,adpcm_ima_dk4,"
          + "adpcm_ima_oki,adpcm_swf,adpcm_yamaha,adpcm_ct,adpcm_sbpro_2,adpcm_sbpro_3,"
          + "adpcm_sbpro_4"),
  AMIGA("8SVX", "8svx_exp,8svx_fib"),
  PCM(
      "PCM in all its forms",
      "pcm_alaw,pcm_mulaw,pcm_u8,pcm_s8,pcm_s8_planar,pcm_s16le,pcm_s16be,pcm_u16le,pcm_u16be,"
          + "pcm_s16le_planar,pcm_s16be_planar,pcm_s24le,pcm_s24be,pcm_u24le,pcm_u24be,"
          + "pcm_s24le_planar,pcm_s32le,pcm_s32be,pcm_u32le,pcm_u32be,pcm_s32le_planar,"
          + "pcm_s64le,pcm_s64be,pcm_f16le,pcm_f24le,pcm_f32le,pcm_f32be,pcm_f64le,pcm_f64be,"
          + "pcm_bluray,pcm_dvd,pcm_s24daud");

  private final String people;
  private final String decoders;

  AudioCodec(String people, String decoders) {
    this.people = people;
    this.decoders = decoders;
  }

  /** What people call the formats. */
  public String people() {
    return people;
  }

  /** The names of ffmpeg's decoders, with commas. */
  public String decoders() {
    return decoders;
  }

  /** All of them, for ffmpeg's {@code -codec_whitelist}. */
  public static String allDecoders() {
    return Arrays.stream(values()).map(AudioCodec::decoders).collect(Collectors.joining(","));
  }

  /**
   * What people call a format that ffmpeg describes so.
   *
   * @param codec ffmpeg's name of the format
   * @param rest what follows that name in ffmpeg's description of the stream
   */
  public static String people(String codec, String rest) {
    if (rest.startsWith(" (xHE-AAC)")) {
      return "xHE-AAC";
    }
    if (!codec.equals("none")) {
      return codec;
    }
    String code = rest.replaceFirst("^ \\((.{4}) / .*", "$1");
    return switch (code) {
      case "ac-4" -> "AC-4";
      case "apac" -> "Apple Positional Audio (APAC)";
      case "mha1", "mha2", "mhm1", "mhm2" -> "MPEG-H 3D Audio";
      case "iamf" -> "Immersive Audio (IAMF)";
      case "dtsx" -> "DTS:X";
      case "enca", "aavd", "aaxc", "drms" -> "protected (DRM)";
      default -> code.length() == 4 ? code : codec;
    };
  }
}
