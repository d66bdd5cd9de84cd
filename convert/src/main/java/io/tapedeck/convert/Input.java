package io.tapedeck.convert;

import io.tapedeck.core.Code;
import io.tapedeck.core.Fault;
import io.tapedeck.core.Problem;
import io.tapedeck.core.Track;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * One input of the command line.
 *
 * @param name as the person wrote it, or as it was found in a folder
 * @param inFolder its path below the folder that the person named; empty for a file that was named
 *     itself
 * @param stream whether it is standard input
 * @param refused why it cannot be converted, when that is known already
 * @param track one of its several audio tracks, if each gets an MP3
 */
record Input(
    String name,
    Optional<Path> inFolder,
    boolean stream,
    Optional<Problem> refused,
    Optional<OneTrack> track) {
  /**
   * One audio track of several.
   *
   * @param language as the file says it, fit for a name; empty if it does not
   */
  record OneTrack(Track.Numbered track, String language) {
    /** What the MP3's name says of it, such as {@code .1-ita}. */
    String suffix() {
      return "." + track.number() + (language.isEmpty() ? "" : "-" + language);
    }

    /** The name without such a suffix. */
    static String withoutSuffix(String name) {
      return name.replaceFirst("\\.[0-9]{1,3}(-[A-Za-z0-9-]{1,8})?$", "");
    }
  }

  private static final Set<String> STDIN = Set.of("-", "/dev/stdin", "/dev/fd/0");

  /** A name on the command line. */
  static Input argument(String name) {
    return new Input(
        name, Optional.empty(), STDIN.contains(name), Optional.empty(), Optional.empty());
  }

  /** A name in a list: always that of a file. */
  static Input listed(String name) {
    return new Input(name, Optional.empty(), false, Optional.empty(), Optional.empty());
  }

  /** A file in a folder. */
  static Input found(Path folder, Path below) {
    return new Input(
        folder.resolve(below).toString(),
        Optional.of(below),
        false,
        Optional.empty(),
        Optional.empty());
  }

  static Input refused(String name, Code code, String why) {
    return new Input(
        name, Optional.empty(), false, Optional.of(new Problem(code, why)), Optional.empty());
  }

  /** One input for each track, if the file has several; else this one. */
  List<Input> each(Function<Path, List<String>> tracks) {
    List<String> languages = languages(tracks);
    if (languages.size() < 2) {
      return List.of(this);
    }
    return IntStream.rangeClosed(1, languages.size())
        .mapToObj(number -> new OneTrack(new Track.Numbered(number), languages.get(number - 1)))
        .map(one -> new Input(name, inFolder, stream, refused, Optional.of(one)))
        .toList();
  }

  /** None for a file that cannot be read: its conversion will say why. */
  private List<String> languages(Function<Path, List<String>> tracks) {
    try {
      return !stream && refused.isEmpty() && Files.isRegularFile(Path.of(name))
          ? tracks.apply(Path.of(name))
          : List.of();
    } catch (InvalidPathException | Fault e) {
      return List.of();
    }
  }
}
