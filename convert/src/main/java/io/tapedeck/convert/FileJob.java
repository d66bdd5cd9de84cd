package io.tapedeck.convert;

import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.Problem;
import io.tapedeck.core.Track;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One file to convert.
 *
 * @param name the input as the person wrote it
 * @param input what is read: the input, or its bytes in the temporary folder
 * @param output where the MP3 goes in the end
 * @param made where the MP3 is made: at {@code output}, beside it, or in the temporary folder
 * @param size bytes of the input; 0 when they will not be read
 * @param state what is to be done
 * @param track the audio track, where the file has an MP3 for each of several
 */
public record FileJob(
    String name,
    Path input,
    Path output,
    Path made,
    long size,
    State state,
    Optional<Track.Numbered> track) {
  /** What is to be done with a file. */
  public sealed interface State {}

  /** It is to be converted. */
  public record Due() implements State {}

  /** Its MP3 is there already. */
  public record Skipped() implements State {}

  /** The conversion cannot start. */
  public record Refused(Problem problem) implements State {}

  /** One file whose track the options choose. */
  public FileJob(String name, Path input, Path output, Path made, long size, State state) {
    this(name, input, output, made, size, state, Optional.empty());
  }

  FileJob ofTrack(Optional<Track.Numbered> one) {
    return new FileJob(name, input, output, made, size, state, one);
  }

  /** The options for this job. */
  ConversionOptions options(ConversionOptions all) {
    return track.map(all::withTrack).orElse(all);
  }

  public static FileJob refused(String name, Path input, Path output, Problem problem) {
    return new FileJob(name, input, output, output, 0, new Refused(problem));
  }

  /** The problem with the MP3's own name, where it speaks of the file that the MP3 is made in. */
  public Problem named(Problem problem) {
    String name = String.valueOf(made.getFileName());
    String detail = problem.detail().replace(made.toString(), output.toString());
    boolean ofName = detail.startsWith(name) && !detail.startsWith(output.toString());
    return new Problem(problem.code(), ofName ? output + detail.substring(name.length()) : detail);
  }

  Optional<Problem> refusal() {
    return state instanceof Refused(Problem problem) ? Optional.of(problem) : Optional.empty();
  }

  boolean isDue() {
    return state instanceof Due;
  }

  boolean isSkipped() {
    return state instanceof Skipped;
  }
}
