package io.tapedeck.extraction;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.Id3;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What ffprobe reads in the MP3s of sixteen containers, in both versions of ID3v2. */
class Id3VersionsTest {
  private static final Map<String, String> SAID =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("title", "Tïtle 東京"),
              Map.entry("artist", "Ann; Bob"),
              Map.entry("album", "Álbum"),
              Map.entry("album_artist", "Various"),
              Map.entry("composer", "Com Poser"),
              Map.entry("genre", "Rock"),
              Map.entry("date", "2024-05-06"),
              Map.entry("track", "3/12"),
              Map.entry("disc", "1/2"),
              Map.entry("comment", "It’s live"),
              Map.entry("copyright", "(c) 2024"),
              Map.entry("publisher", "Label"),
              Map.entry("language", "ita"),
              Map.entry("compilation", "1"),
              Map.entry("lyrics", "La\nla")));

  private static final String ALL = String.join(" ", SAID.keySet());
  private static final String OF_MP4 =
      "title artist album album_artist composer genre date track disc comment copyright compilation"
          + " lyrics";
  private static final String OF_RIFF = "title artist album genre comment copyright language";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "a.mp4, aac, mp4",
    "a.m4a, alac, mp4",
    "a.mov, aac, mov",
    "a.mkv, flac, all",
    "a.webm, libopus, all",
    "a.ogg, libvorbis, all",
    "a.opus, libopus, all",
    "a.flac, flac, all",
    "a.mp3, libmp3lame, all",
    "a.wav, pcm_s16le, riff",
    "a.aiff, pcm_s16be, all",
    "a.wma, wmav2, all",
    "a.avi, mp2, riff",
    "a.wv, wavpack, all",
    "a.caf, pcm_s16le, all",
    "a.flv, aac, all"
  })
  void theTagsOfAContainerGoOver(String name, String codec, String which) throws Exception {
    Path source = tagged(name, codec);
    String names =
        switch (which) {
          case "mp4" -> OF_MP4;
          case "mov" -> "title artist album genre comment copyright";
          case "riff" -> OF_RIFF;
          default -> ALL;
        };
    for (int minor : new int[] {3, 4}) {
      Path mp3 = run(source, new Id3(minor, false)).file();
      assertThat(Files.readAllBytes(mp3)).startsWith('I', 'D', '3', minor);
      Map<String, String> read = read(mp3);
      for (String each : names.split(" ")) {
        String expected = SAID.get(each);
        String joined = minor == 4 && each.equals("artist") ? "Ann" : expected;
        assertThat(read.get(each)).as(each + " of " + name + " in 2." + minor).isEqualTo(joined);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.mp3", "a.flac"})
  void id3v1StandsBehindTheAudioAndOutsideItsCounts(String name) throws Exception {
    Path source = tagged(name, name.endsWith("mp3") ? "libmp3lame" : "flac");
    Extracted plain = run(source, new Id3(3, false));
    byte[] without = Files.readAllBytes(plain.file());
    Extracted made = run(source, new Id3(3, true));
    byte[] with = Files.readAllBytes(made.file());
    assertThat(made.size()).isEqualTo(with.length);
    assertThat(Arrays.copyOf(with, without.length)).isEqualTo(without);
    assertThat(with).hasSize(without.length + 128);
    String tag = new String(with, without.length, 128, StandardCharsets.ISO_8859_1);
    assertThat(tag).startsWith("TAGTïtle ??\0").contains("Ann\0", "2024").endsWith("\0\3\21");
    String latin = new String(without, StandardCharsets.ISO_8859_1);
    int info = Math.max(latin.indexOf("Xing"), latin.indexOf("Info"));
    int audio = 10 + ByteBuffer.wrap(without).getInt(6) / 256 * 128 + (without[9] & 127);
    assertThat(ByteBuffer.wrap(without).getInt(info + 12)).isEqualTo(without.length - audio);
  }

  @Test
  void theDefaultIsWhatAllPlayersRead() throws Exception {
    Path mp3 =
        Media.EXTRACTOR
            .of(tagged("a.flac", "flac"), ConversionOptions.DEFAULT, 1)
            .run(folder.resolve("default.mp3"))
            .file();
    assertThat(Files.readAllBytes(mp3)).startsWith('I', 'D', '3', 3);
  }

  private Path tagged(String name, String codec) throws Exception {
    List<String> list = new ArrayList<>(List.of("-f", "lavfi", "-i", "sine=d=1"));
    SAID.forEach((key, value) -> list.addAll(List.of("-metadata", key + "=" + value)));
    list.addAll(List.of("-c:a", codec));
    if (name.endsWith("aiff")) {
      list.addAll(List.of("-write_id3v2", "1"));
    }
    Path file = folder.resolve(name);
    list.add(file.toString());
    Media.ffmpeg(list.toArray(String[]::new));
    return file;
  }

  private Extracted run(Path source, Id3 version) {
    return Media.EXTRACTOR
        .of(source, ConversionOptions.DEFAULT.withId3(version), 1)
        .run(folder.resolve("out.mp3"));
  }

  /** What ffprobe reads, without the language in the name of lyrics. */
  private static Map<String, String> read(Path mp3) throws Exception {
    String all = Media.probeAll(mp3, "-show_entries", "format_tags", "-of", "default=nw=1");
    return all.replace("\n", "\u0001")
        .replace("\u0001TAG:", "\nTAG:")
        .lines()
        .map(line -> line.replaceFirst("^TAG:", "").replaceFirst("\u0001$", ""))
        .map(line ->
            line.replaceFirst("^lyrics-\\w+", "lyrics").replaceFirst("^TCMP", "compilation"))
        .collect(
            Collectors.toMap(
                line -> line.replaceFirst("(?s)=.*", ""),
                line -> line.replaceFirst("^[^=]*=", "").replace('\u0001', '\n'),
                (first, second) -> first));
  }
}
