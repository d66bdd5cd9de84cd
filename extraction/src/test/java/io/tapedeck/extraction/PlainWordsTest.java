package io.tapedeck.extraction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tapedeck.core.Code;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.Fault;
import io.tapedeck.core.Outage;
import io.tapedeck.ffmpeg.Ffmpeg;
import io.tapedeck.ffmpeg.Limits;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people read about a broken file: no path, no class, none of ffmpeg's own words. */
class PlainWordsTest {
  private static final Pattern RAW =
      Pattern.compile(
          "(?<![\\w])/[a-z]+/"
              + "|\\.part|\\.tapedeck|file:\\S|ffmpeg says"
              + "|\\bio\\.tapedeck|java\\.|Exception|Error\\b|\\$|\\bnull\\b"
              + "|0x[0-9a-f]+|\\[|@"
              + "|Invalid (data|argument)|AVERROR|error=|-\\d{6,}|Cannot allocate");

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "a.mp4, aac", "a.mkv, libopus", "a.avi, pcm_s16le", "a.flv, libmp3lame", "a.ts, aac",
    "a.ogg, libvorbis", "a.wav, adpcm_ms", "a.flac, flac", "a.mp3, libmp3lame", "a.wma, wmav2"
  })
  void whatIsSaidOfBrokenFilesIsForPeople(String name, String codec) throws Exception {
    Path source = folder.resolve(name);
    Media.ffmpeg("-f", "lavfi", "-i", "sine=d=2:r=44100", "-c:a", codec, source.toString());
    byte[] good = Files.readAllBytes(source);
    Random random = new Random(name.hashCode());
    for (int round = 0; round < 8; round++) {
      Path bent = Files.write(folder.resolve("bent"), bent(good, round, random));
      for (String said : said(bent)) {
        assertThat(said).as("%s, round %d", name, round).doesNotContainPattern(RAW);
        assertThat(said).doesNotContain(folder.toString(), "bent");
      }
    }
  }

  private static byte[] bent(byte[] good, int round, Random random) {
    byte[] bent = round % 2 == 0 ? good.clone() : Arrays.copyOf(good, good.length / (round + 1));
    byte[] junk = new byte[bent.length];
    random.nextBytes(junk);
    int from = Math.min(bent.length, new int[] {16, 64, 200, 12, 600, 48, 100, 32}[round]);
    int to = Math.min(bent.length, round < 4 ? from + 40 * (round + 1) : bent.length);
    System.arraycopy(junk, 0, bent, from, to - from);
    return bent;
  }

  private List<String> said(Path file) {
    List<String> all = new ArrayList<>();
    Path out = folder.resolve("out.mp3");
    Extraction extraction = Media.EXTRACTOR.of(file, ConversionOptions.DEFAULT, 1);
    Fault fault =
        catchThrowableOfType(Fault.class, () -> all.addAll(extraction.run(out).warnings()));
    if (fault != null) {
      all.add(fault.problem().detail());
      assertThat(fault.code().hint()).isNotBlank();
    }
    return all;
  }

  @Test
  void everyCodeNamesARemedyWithoutRawWords() {
    Set<String> titles = new HashSet<>();
    for (Code code : Code.values()) {
      assertThat(titles.add(code.title())).as("%s", code).isTrue();
      assertThat(code.hint()).endsWith(".").doesNotContainPattern(RAW);
    }
  }

  @Test
  void aProgramThatDoesNotStartIsNamedWithoutItsPath() throws Exception {
    Path clip = folder.resolve("a.wav");
    Media.ffmpeg("-f", "lavfi", "-i", "sine=d=1", clip.toString());
    Ffmpeg gone = new Ffmpeg(folder.resolve("gone"), Optional.empty());
    Extractor extractor =
        new Extractor(gone, new Engine(Optional.empty()), Limits.GENEROUS, Clock.systemUTC());
    Outage outage =
        catchThrowableOfType(
            Outage.class,
            () -> extractor.of(clip, ConversionOptions.DEFAULT, 1).run(folder.resolve("out.mp3")));
    assertThat(outage.problem().detail())
        .startsWith("ffmpeg does not start")
        .contains("install ffmpeg")
        .doesNotContainPattern(RAW);
  }

  @Test
  void aFaultOfTheDiskWithoutAReasonDoesNotNameThePath() {
    String path = folder.resolve("secret").toString();
    assertThat(Outage.reason(new FileSystemException(path))).doesNotContain("secret");
  }
}
