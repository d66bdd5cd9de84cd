package io.tapedeck.convert;

import io.tapedeck.core.ConversionOptions;
import io.tapedeck.extraction.Extractor;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tapedeck convert}: files in, MP3s out; without a server or a database. */
@Command(
    name = "convert",
    description = "Converts videos to MP3s: IN.mp4 becomes IN.mp3 beside it.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:all done, or skipped",
      "1:some failed",
      "2:wrong usage",
      "3:no input has audio to convert",
    })
public final class ConvertCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "IN",
      arity = "1..*",
      description =
          "Video or audio files, or folders of them; - is standard input. @LIST is a file with one"
              + " name a line, @- such a list on standard input.")
  private List<String> inputs = List.of();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "OUT|DIR",
      description = "The MP3, or a folder for several; - is standard output.")
  private @Nullable String output;

  @Option(
      names = {"-r", "--recursive"},
      description = "Take the folders in folders too. DIR gets the same folders.")
  private boolean recursive;

  @Option(names = "--skip-existing", description = "Skip files whose MP3 is there already.")
  private boolean skipExisting;

  @Mixin private final AudioOptions audio = new AudioOptions();

  @Override
  public Integer call() {
    ConversionOptions options = audio.checked(audio::conversion);
    Existing existing = audio.checked(this::existing);
    Extractor extractor = AudioOptions.extractor();
    try (Outputs outputs = audio.checked(() -> outputs(existing, extractor))) {
      Reporter reporter =
          new Reporter(audio, extractor.tools(), outputs.toStdout(), outputs.jobs());
      return new Batch(extractor, options, audio, reporter).run(outputs);
    }
  }

  private Existing existing() {
    if (skipExisting && audio.force()) {
      throw new IllegalArgumentException("--skip-existing and --force exclude each other");
    }
    return skipExisting ? Existing.SKIPPED : audio.force() ? Existing.REPLACED : Existing.KEPT;
  }

  private Outputs outputs(Existing existing, Extractor extractor) {
    Inputs named = Inputs.of(inputs, Optional.ofNullable(output), recursive);
    Inputs found = audio.eachTrack() ? named.each(extractor::languages) : named;
    return Outputs.plan(found, output, existing, audio.keepDate());
  }
}
