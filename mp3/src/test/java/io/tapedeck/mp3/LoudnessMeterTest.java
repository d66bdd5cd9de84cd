package io.tapedeck.mp3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoudnessMeterTest {
  @TempDir Path dir;

  @ParameterizedTest
  @ValueSource(ints = {48000, 44100, 32000, 22050, 11025, 8000})
  void theStandardsToneIsAsLoudAsItSays(int sampleRate) {
    // EBU Tech 3341, case 1: 1 kHz in both channels, peaks at -23 dBFS.
    var meter = new LoudnessMeter(sampleRate, 2);
    float[] pcm = new float[2 * 20 * sampleRate];
    for (int i = 0; i < pcm.length / 2; i++) {
      double sine = Math.sin(2 * Math.PI * 1000 * i / sampleRate);
      pcm[2 * i] = (float) (Math.pow(10, -23 / 20.0) * sine);
      pcm[2 * i + 1] = pcm[2 * i];
    }
    meter.measure(pcm, 0, pcm.length / 2);
    assertThat(meter.result().integrated()).isEqualTo(-23.0, within(0.1));
    assertThat(meter.result().replayGain()).isEqualTo(5.0, within(0.1));
  }

  @Test
  void quietPartsDoNotCount() {
    // Case 3 of the same: 10 s at -36, 60 s at -23, 10 s at -36 dBFS.
    var meter = new LoudnessMeter(48000, 1);
    float[] pcm = new float[80 * 48000];
    for (int i = 0; i < pcm.length; i++) {
      double level = i < 480_000 || i >= 70 * 48000 ? -36 : -23;
      pcm[i] = (float) (Math.pow(10, level / 20) * Math.sin(2 * Math.PI * 1000 * i / 48000));
    }
    meter.measure(pcm, 0, pcm.length);
    assertThat(meter.result().integrated()).isEqualTo(-26.0, within(0.1)); // one channel, not two
  }

  @ParameterizedTest
  @ValueSource(strings = {"MUSIC", "SPEECH", "SWINGS"})
  void ffmpegMeasuresTheSame(String audio) throws Exception {
    float[] pcm = Sounds.valueOf(audio).make(44100, 2, 44100 * 20);
    var meter = new LoudnessMeter(44100, 2);
    meter.measure(pcm, 0, pcm.length / 2);
    Path raw = dir.resolve("raw");
    ByteBuffer bytes = ByteBuffer.allocate(pcm.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(pcm);
    Files.write(raw, bytes.array());
    String said =
        new String(
            Mp3s.piped(
                new byte[0],
                "sh",
                "-c",
                "ffmpeg -hide_banner -f f32le -ar 44100 -ac 2 -i "
                    + raw
                    + " -af ebur128=peak=true -f null - 2>&1 | tail -20"),
            StandardCharsets.UTF_8);
    Loudness heard = meter.result();
    assertThat(heard.integrated()).isEqualTo(number(said, "I:"), within(0.15));
    assertThat(20 * Math.log10(heard.truePeak())).isEqualTo(number(said, "Peak:"), within(0.3));
  }

  @Test
  void partsAddUpToTheWhole() {
    float[] pcm = Sounds.MUSIC.make(44100, 2, 500_000);
    var whole = new LoudnessMeter(44100, 2);
    whole.measure(pcm, 0, 500_000);
    var sum = new LoudnessMeter(44100, 2);
    for (int from = 0; from < 500_000; from += 123_457) {
      int before = Math.min(from, 18_432);
      var part = new LoudnessMeter(44100, 2, from);
      part.warmUp(pcm, from - before, before);
      part.measure(pcm, from, Math.min(123_457, 500_000 - from));
      sum.add(part);
    }
    assertThat(sum.result().integrated()).isEqualTo(whole.result().integrated(), within(1e-6));
    assertThat(sum.result().samplePeak()).isEqualTo(whole.result().samplePeak());
    assertThat(sum.result().truePeak()).isEqualTo(whole.result().truePeak(), within(1e-6));
  }

  @Test
  void aPeakBetweenTwoSamplesIsFound() {
    var meter = new LoudnessMeter(48000, 1);
    float[] pcm = new float[48000];
    for (int i = 0; i < pcm.length; i++) {
      pcm[i] = (float) (0.5 * Math.sin(Math.PI * i / 2 + Math.PI / 4));
    }
    meter.measure(pcm, 0, pcm.length);
    assertThat(meter.result().samplePeak()).isEqualTo(0.3535, within(0.001));
    assertThat(meter.result().truePeak()).isEqualTo(0.5, within(0.02));
  }

  @Test
  void silenceIsInfinitelyQuiet() {
    var meter = new LoudnessMeter(44100, 2);
    meter.measure(new float[88_200], 0, 44_100);
    assertThat(meter.result()).isEqualTo(new Loudness(Double.NEGATIVE_INFINITY, 0, 0));
    assertThat(meter.result().replayGain()).isZero();
  }

  private static double number(String text, String name) {
    var found = Pattern.compile(Pattern.quote(name) + "\\s+(-?[0-9.]+)").matcher(text);
    double last = Double.NaN;
    while (found.find()) {
      last = Double.parseDouble(found.group(1));
    }
    return last;
  }
}
