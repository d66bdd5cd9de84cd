package io.tapedeck.extraction;

import java.util.Arrays;
import java.util.List;

/**
 * A container with a codec that ffmpeg writes.
 *
 * @param options of ffmpeg for the audio
 * @param timed whether the container keeps the time of each packet
 * @param length whether the container states how long its audio is, so that a missing end is known
 * @param pictures codec of pictures beside the audio; empty if only audio is drawn
 */
record DrawnFormat(
    String extension,
    String codec,
    List<Integer> rates,
    int mostChannels,
    List<String> options,
    boolean timed,
    boolean length,
    String pictures) {
  private static final String ANY = "8000 22050 44100 48000";
  private static final String THREE = "32000 44100 48000";

  static final List<DrawnFormat> ALL =
      List.of(
          mp4("mp4", "aac", ANY, 6),
          mp4("mp4", "aac", ANY, 2, "-movflags", "+faststart"),
          mp4("mp4", "aac", ANY, 2, "-movflags", "+frag_keyframe+delay_moov").lengthless(),
          mp4("mp4", "alac", "44100 96000", 2, "-movflags", "+faststart"),
          mp4("mp4", "ac3", THREE, 6, "-movflags", "+faststart"),
          mp4("mp4", "libmp3lame", THREE, 2, "-movflags", "+faststart"),
          mp4("mp4", "libopus", "48000", 2, "-movflags", "+faststart"),
          mp4("mp4", "flac", "44100 48000", 2, "-strict", "-2"),
          mp4("mov", "pcm_s16le", "44100 48000", 2, "-movflags", "+faststart"),
          mp4("mov", "pcm_s24le", "48000", 2),
          mp4("mov", "adpcm_ima_qt", "22050 44100", 2, "-movflags", "+faststart"),
          mp4("mov", "aac", "44100 48000", 2, "-movflags", "+faststart"),
          new DrawnFormat("m4a", "aac", list(ANY), 2, List.of(), true, true, ""),
          mkv("aac", ANY, 6),
          mkv("ac3", THREE, 6),
          mkv("eac3", THREE, 6),
          mkv("dca", "44100 48000", 2, "-strict", "-2"),
          mkv("flac", "44100 96000", 6),
          mkv("libopus", "48000", 6),
          mkv("libvorbis", "22050 44100 48000", 2),
          mkv("pcm_s16le", "8000 44100 48000", 2),
          mkv("libmp3lame", THREE, 2),
          mkv("wavpack", "44100 48000", 2),
          mkv("alac", "44100 48000", 2),
          mkv("aac", "48000", 2, "-live", "1").lengthless(),
          new DrawnFormat("webm", "libopus", list("48000"), 2, List.of(), true, true, ""),
          new DrawnFormat("webm", "libvorbis", list("44100 48000"), 2, List.of(), true, true, ""),
          flv("aac", "22050 44100 48000"),
          flv("libmp3lame", "22050 44100"),
          flv("adpcm_swf", "11025 22050 44100"),
          ts("aac", "22050 44100 48000", 6),
          ts("mp2", THREE, 2),
          ts("ac3", THREE, 6),
          ts("libmp3lame", THREE, 2),
          ps("mp2", THREE, 2),
          ps("ac3", THREE, 6),
          avi("pcm_s16le", "8000 44100 48000", 2),
          avi("libmp3lame", THREE, 2),
          avi("ac3", THREE, 6),
          avi("adpcm_ms", "22050 44100", 2),
          avi("adpcm_ima_wav", "22050 44100", 2),
          asf("wmav2", "22050 44100 48000", 2),
          asf("wmav1", "44100", 2),
          asf("libmp3lame", THREE, 2),
          asf("ac3", "48000", 2),
          audio("ogg", "libvorbis", "22050 44100 48000", 2),
          audio("ogg", "libopus", "48000", 2),
          audio("ogg", "flac", "44100 48000", 2),
          audio("ogg", "libspeex", "8000 16000", 1),
          audio("wav", "pcm_s16le", ANY, 6),
          audio("wav", "pcm_s24le", "44100 96000", 2),
          audio("wav", "pcm_f32le", "48000", 2),
          audio("wav", "pcm_u8", "8000 11025", 2),
          audio("wav", "pcm_mulaw", "8000", 1),
          audio("wav", "adpcm_ms", "22050 44100", 2),
          audio("wav", "adpcm_ima_wav", "22050 44100", 2),
          audio("wav", "pcm_s16le", "48000", 2, "-rf64", "always"),
          audio("w64", "pcm_s16le", "44100 48000", 2),
          audio("aiff", "pcm_s16be", "44100 48000", 2),
          audio("caf", "pcm_s16be", "44100 48000", 2),
          audio("caf", "alac", "44100 48000", 2),
          audio("au", "pcm_s16be", "8000 44100", 2),
          audio("au", "pcm_mulaw", "8000", 1),
          audio("flac", "flac", "44100 96000", 2),
          audio("wv", "wavpack", "44100 48000", 2),
          bare("mp3", "libmp3lame", THREE, 2),
          bare("aac", "aac", "22050 44100 48000", 2),
          bare("ac3", "ac3", THREE, 6),
          bare("eac3", "eac3", THREE, 6),
          bare("mp2", "mp2", THREE, 2),
          bare("dts", "dca", "44100 48000", 2, "-strict", "-2"));

  private static DrawnFormat mp4(
      String extension, String codec, String rates, int channels, String... options) {
    return new DrawnFormat(
        extension,
        codec,
        list(rates),
        channels,
        List.of(options),
        !codec.startsWith("pcm"), // its packets of PCM follow each other
        true,
        "mpeg4");
  }

  private static DrawnFormat mkv(String codec, String rates, int channels, String... options) {
    return new DrawnFormat(
        "mkv", codec, list(rates), channels, List.of(options), true, true, "mpeg4");
  }

  private static DrawnFormat flv(String codec, String rates) {
    return new DrawnFormat("flv", codec, list(rates), 2, List.of(), true, true, "flv");
  }

  private static DrawnFormat ts(String codec, String rates, int channels) {
    return new DrawnFormat(
        "ts", codec, list(rates), channels, List.of(), true, false, "mpeg2video");
  }

  private static DrawnFormat ps(String codec, String rates, int channels) {
    return new DrawnFormat(
        "vob", codec, list(rates), channels, List.of(), true, false, "mpeg2video");
  }

  private static DrawnFormat avi(String codec, String rates, int channels) {
    return new DrawnFormat("avi", codec, list(rates), channels, List.of(), false, true, "mpeg4");
  }

  private static DrawnFormat asf(String codec, String rates, int channels) {
    return new DrawnFormat("wmv", codec, list(rates), channels, List.of(), true, true, "msmpeg4");
  }

  private static DrawnFormat audio(
      String extension, String codec, String rates, int channels, String... options) {
    return new DrawnFormat(
        extension, codec, list(rates), channels, List.of(options), false, true, "");
  }

  private static DrawnFormat bare(
      String extension, String codec, String rates, int channels, String... options) {
    return audio(extension, codec, rates, channels, options).lengthless();
  }

  private DrawnFormat lengthless() {
    return new DrawnFormat(extension, codec, rates, mostChannels, options, timed, false, pictures);
  }

  private static List<Integer> list(String rates) {
    return Arrays.stream(rates.split(" ")).map(Integer::valueOf).toList();
  }

  /** The units of a second in which ffmpeg's muxer counts. */
  int units(int rate) {
    return switch (extension) {
      case "mp4", "mov", "m4a" -> rate;
      case "ts", "vob" -> 90_000;
      default -> 1_000;
    };
  }

  /** Whether ffmpeg finds the next frame behind bytes that are none. */
  boolean resyncs() {
    return List.of("ts", "mp3", "aac", "ac3", "eac3", "mp2", "dts").contains(extension);
  }

  /** Whether ffmpeg reads a second file of this kind behind the first. */
  boolean appends() {
    return resyncs() || extension.equals("flv") || extension.equals("ogg");
  }

  /** Whether it does so without complaint of the second file's head. */
  boolean appendsSilently() {
    return !extension.equals("mp3") && !List.of("libspeex", "flac").contains(codec);
  }

  @Override
  public String toString() {
    return (extension + "/" + codec + " " + String.join(" ", options)).strip();
  }
}
