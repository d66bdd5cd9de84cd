package io.tapedeck.convert;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;

/**
 * The names of MP3s. A video's MP3 has its name with the ending {@code .mp3}. Where several videos
 * in a folder differ in their endings only, each keeps it: {@code a.mp4.mp3} and {@code
 * a.webm.mp3}. So a name depends on which videos there are, and not on their order or on what an
 * earlier run made.
 */
final class Mp3Names {
  /**
   * A video that wants an MP3.
   *
   * @param name of the video, without a folder
   * @param folder for the MP3
   */
  record Wish(String name, Path folder) {
    Path plain() {
      return folder.resolve(MediaFolder.stem(name) + ".mp3");
    }

    Path full() {
      return folder.resolve(name + ".mp3");
    }
  }

  private final Map<Path, Set<String>> sources = new HashMap<>();
  private final Map<Path, String> taken = new HashMap<>();

  Mp3Names(List<Wish> wishes) {
    wishes.forEach(each ->
        sources.computeIfAbsent(key(each.plain()), plain -> new HashSet<>()).add(each.name()));
  }

  Path of(Wish wish) {
    boolean shared = sources.getOrDefault(key(wish.plain()), Set.of()).size() > 1;
    return shared ? wish.full() : wish.plain();
  }

  /**
   * Takes a name for an input; returns the input that has taken it before, or this one.
   *
   * @param input as people know it
   */
  String take(Path mp3, String input) {
    String before = taken.putIfAbsent(key(mp3), input);
    return before == null ? input : before;
  }

  /** A file's name with a suffix before its ending. */
  static String with(String name, String suffix) {
    return name.replaceFirst("(\\.[^./]*)?$", Matcher.quoteReplacement(suffix) + "$0");
  }

  private static Path key(Path path) {
    return path.toAbsolutePath().normalize();
  }
}
