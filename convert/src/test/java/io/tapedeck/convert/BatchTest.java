package io.tapedeck.convert;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.contracts.Media;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.extraction.Engine;
import io.tapedeck.extraction.Extractor;
import io.tapedeck.ffmpeg.Ffmpeg;
import io.tapedeck.ffmpeg.Limits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class BatchTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"1,true", "2,true", "1,false", "2,false"})
  void anUnforeseenErrorAtOneFileEndsNoOther(int threads, boolean error) throws IOException {
    List<String> inputs = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      inputs.add(Media.audio(folder.resolve("clip" + i + ".m4a"), 1).toString());
    }
    AtomicBoolean first = new AtomicBoolean(true);
    InstantSource broken =
        () -> {
          if (first.getAndSet(false)) {
            if (error) {
              throw new StackOverflowError();
            }
            throw new IllegalStateException("odd");
          }
          return Instant.now();
        };
    Ffmpeg ffmpeg = Ffmpeg.find(Optional.empty(), System.getenv("PATH"));
    Extractor extractor =
        new Extractor(ffmpeg, new Engine(Optional.empty()), Limits.GENEROUS, broken);
    Path out = Files.createDirectory(folder.resolve("out"));

    int code;
    AudioOptions audio = new AudioOptions();
    new CommandLine(audio).parseArgs("--threads", "" + threads);
    Inputs named = Inputs.of(inputs, Optional.empty(), false);
    try (Outputs outputs = Outputs.plan(named, out + "/", Existing.KEPT, false)) {
      Reporter reporter = new Reporter(audio, extractor.tools(), false, outputs.jobs());
      code = new Batch(extractor, ConversionOptions.DEFAULT, audio, reporter).run(outputs);
    }

    assertThat(code).isEqualTo(1);
    try (var made = Files.list(out)) {
      assertThat(made).hasSize(5).allMatch(file -> file.toString().endsWith(".mp3"));
    }
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void aFileThatIsStillBeingWrittenIsConvertedAsFarAsItIsAndSoTold(boolean media)
      throws IOException {
    Path growing = folder.resolve("growing.wav");
    if (media) {
      Media.audio(growing, 1);
    } else {
      Files.writeString(growing, "no audio");
    }
    InstantSource growth =
        () -> {
          try {
            Files.write(growing, new byte[100], StandardOpenOption.APPEND);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return Instant.now();
        };
    Ffmpeg ffmpeg = Ffmpeg.find(Optional.empty(), System.getenv("PATH"));
    Extractor extractor =
        new Extractor(ffmpeg, new Engine(Optional.empty()), Limits.GENEROUS, growth);
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream err = System.err;
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      Inputs named = Inputs.of(List.of(growing.toString()), Optional.empty(), false);
      try (Outputs outputs = Outputs.plan(named, folder + "/out.mp3", Existing.KEPT, false)) {
        AudioOptions audio = new AudioOptions();
        Reporter reporter = new Reporter(audio, extractor.tools(), false, outputs.jobs());
        new Batch(extractor, ConversionOptions.DEFAULT, audio, reporter).run(outputs);
      }
    } finally {
      System.setErr(err);
    }
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("the file changed while it was converted");
  }
}
