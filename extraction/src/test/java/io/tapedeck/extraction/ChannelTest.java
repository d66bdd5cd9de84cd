package io.tapedeck.extraction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tapedeck.core.Channel;
import io.tapedeck.core.ConversionOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One channel of a recording, or all mixed to one. */
class ChannelTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"LEFT, 0.4", "RIGHT, 0.2"})
  void oneSideAloneKeepsItsLevel(Channel side, double peak) throws Exception {
    Extracted mp3 = run(source("flac", ".4*sin(3000*t)|.2*sin(5000*t)"), side);
    assertMono(mp3, peak);
    assertThat(mp3.warnings()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Channel.class)
  void monoIsWhateverSideIsAskedFor(Channel channel) throws Exception {
    assertMono(run(source("flac", ".4*sin(3000*t)"), channel), 0.4);
  }

  @Test
  void monoThatTurnsIntoStereoGivesTheRightSideOfIt() throws Exception {
    Path mono = folder.resolve("mono.ac3");
    Path stereo = folder.resolve("stereo.ac3");
    Media.ffmpeg("-f", "lavfi", "-i", "aevalsrc=.4*sin(3000*t):d=2:s=44100", mono.toString());
    Media.ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "aevalsrc=.6*sin(3000*t)|.2*sin(5000*t):d=8:s=44100",
        stereo.toString());
    Path both = folder.resolve("both.ac3");
    Files.write(both, Files.readAllBytes(mono));
    Files.write(both, Files.readAllBytes(stereo), StandardOpenOption.APPEND);
    assertMono(run(both, Channel.RIGHT), 0.2);
    assertMono(run(both, Channel.LEFT), 0.6);
    assertMono(run(both, Channel.MIX), 0.4);
  }

  @ParameterizedTest
  @CsvSource({"LEFT, 0.6", "RIGHT, 0.3"})
  void ofSurroundItIsTheFrontChannel(Channel side, double peak) throws Exception {
    String six = ".6*sin(3000*t)|.3*sin(3000*t)|.5*sin(3000*t)|0|.4*sin(3000*t)|0:c=5.1";
    assertMono(run(source("flac", six), side), peak);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {".4*sin(3000*t)|0", "0|.4*sin(3000*t)", ".4*sin(3000*t)|.001*(random(0)-.5)"})
  void aSilentSideDoesNotHalveTheOther(String sides) throws Exception {
    for (String codec : List.of("flac", "aac")) {
      Extracted mp3 = run(source(codec, sides), Channel.MIX);
      assertMono(mp3, 0.4);
      assertThat(mp3.warnings()).isEmpty();
    }
  }

  @Test
  void aSideThatSpeaksLateCountsToo() throws Exception {
    String late = ".4*sin(3000*t)|if(gt(t,2),.4*sin(3000*t),0)";
    Extracted mp3 = run(source("flac", late), Channel.MIX);
    float[] samples = Media.samples(mp3.file());
    assertThat(largest(samples, samples.length / 4, samples.length * 2 / 5))
        .isCloseTo(0.2f, within(0.01f));
    assertMono(mp3, 0.4);
  }

  @Test
  void sidesThatCancelEachOtherOutAreTold() throws Exception {
    Path opposed = source("flac", ".4*sin(3000*t)|-.4*sin(3000*t)");
    assertThat(run(opposed, Channel.MIX).warnings()).containsExactly(Diagnosis.OPPOSED);
    assertThat(run(opposed, Options.of().channel(Channel.MIX).loudness(-20).build()).warnings())
        .contains(Diagnosis.OPPOSED);
    assertThat(run(opposed, Channel.LEFT).warnings()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Channel.class,
      names = {"MIX", "LEFT", "RIGHT"})
  void theLoudnessIsThatOfTheChoice(Channel channel) throws Exception {
    Path uneven = source("flac", ".4*sin(3000*t)|.02*sin(5000*t)");
    Extracted mp3 = run(uneven, Options.of().channel(channel).loudness(-23).build());
    assertThat(Media.loudness(mp3.file())).isCloseTo(-23, within(0.5));
    Path left = source("aac", ".4*sin(3000*t)|0");
    if (channel != Channel.RIGHT) {
      mp3 = run(left, Options.of().channel(channel).loudness(-23).build());
      assertThat(Media.loudness(mp3.file())).isCloseTo(-23, within(0.5));
    }
  }

  @Test
  void severalFilesAtOnceAreNoOtherThanEachAlone() throws Exception {
    Path left = source("flac", ".4*sin(3000*t)|0");
    Path both = source("aac", ".4*sin(3000*t)|.2*sin(3000*t)");
    for (Channel channel : Channel.values()) {
      ConversionOptions options = Options.of().channel(channel).build();
      List<Extraction> group = Media.EXTRACTOR.of(List.of(left, both), options, 1);
      for (int i = 0; i < 2; i++) {
        String together = group.get(i).run(folder.resolve("together.mp3")).sha256();
        assertThat(run(i == 0 ? left : both, options).sha256()).isEqualTo(together);
      }
    }
  }

  @Test
  void ownMp3IsNotKeptWhereAChannelIsAskedFor() throws Exception {
    Path mp3 = folder.resolve("in.mp3");
    Media.ffmpeg("-f", "lavfi", "-i", "aevalsrc=.4*sin(3000*t)|.2*sin(3000*t):d=2", mp3.toString());
    assertThat(run(mp3, Channel.ALL).copied()).isTrue();
    for (Channel channel : List.of(Channel.MIX, Channel.LEFT, Channel.RIGHT)) {
      Extracted made = run(mp3, channel);
      assertThat(made.copied()).isFalse();
      assertThat(Media.probe(made.file(), "stream=channels")).isEqualTo("1");
    }
  }

  private Path source(String codec, String expression) throws Exception {
    Path file = folder.resolve(codec + Integer.toHexString(expression.hashCode()) + ".mkv");
    String quoted = expression.replace(",", "\\,");
    Media.ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "aevalsrc="
            + quoted
            + (quoted.contains(":c=") ? "" : ":c=" + layout(expression))
            + ":d=4:s=44100",
        "-c:a",
        codec,
        "-b:a",
        "192k",
        file.toString());
    return file;
  }

  private static String layout(String expression) {
    return expression.contains("|") ? "stereo" : "mono";
  }

  private static void assertMono(Extracted mp3, double peak) throws Exception {
    assertThat(Media.probe(mp3.file(), "stream=channels")).isEqualTo("1");
    float[] samples = Media.samples(mp3.file());
    assertThat((double) largest(samples, samples.length / 4, samples.length * 3 / 4))
        .as("the peak of the middle, where no codec has to begin")
        .isCloseTo(peak, within(0.1 * peak));
  }

  private static float largest(float[] samples, int from, int until) {
    float largest = 0;
    for (int i = from; i < until; i++) {
      largest = Math.max(largest, Math.abs(samples[i]));
    }
    return largest;
  }

  private Extracted run(Path file, Channel channel) {
    return run(file, Options.of().channel(channel).build());
  }

  private Extracted run(Path file, ConversionOptions options) {
    return Media.EXTRACTOR.of(file, options, 1).run(folder.resolve("out.mp3"));
  }
}
