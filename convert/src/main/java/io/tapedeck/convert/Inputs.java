package io.tapedeck.convert;

import io.tapedeck.core.Code;
import io.tapedeck.core.Outage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The inputs that the command line names, one by one: folders and lists are opened, and a file that
 * is named twice is taken once.
 *
 * @param all in the order of the command line; the files of a folder by name
 * @param many whether a folder or a list was among them, so that an output is a folder
 */
record Inputs(List<Input> all, boolean many) {
  private static final String LIST = "@";
  private static final String STANDARD = "-";

  Inputs {
    all = List.copyOf(all);
  }

  /**
   * Opens folders and lists.
   *
   * @param output what -o says; a folder of MP3s in a folder of videos holds no videos
   * @param recursive whether the folders in folders are opened too
   * @throws IllegalArgumentException when standard input is used for two things
   */
  static Inputs of(List<String> arguments, Optional<String> output, boolean recursive) {
    boolean listed = arguments.contains(LIST + STANDARD);
    if (listed && arguments.stream().anyMatch(each -> Input.argument(each).stream())) {
      throw new IllegalArgumentException("standard input is either a list or a video");
    }
    Opener opener = new Opener(output.map(Path::of), recursive);
    arguments.forEach(opener::argument);
    return new Inputs(List.copyOf(opener.found.values()), opener.many);
  }

  /**
   * The same with one input for each audio track of each file.
   *
   * @param tracks the languages of a file's tracks
   */
  Inputs each(Function<Path, List<String>> tracks) {
    return new Inputs(all.stream().flatMap(input -> input.each(tracks).stream()).toList(), many);
  }

  /** Whether several files are named. */
  boolean several() {
    return many || all.stream().map(Input::name).distinct().count() > 1;
  }

  /** Collects inputs by their place, so that each is there once. */
  private static final class Opener {
    private final Map<Path, Input> found = new LinkedHashMap<>();
    private final Optional<Path> output;
    private final boolean recursive;
    private boolean many;

    Opener(Optional<Path> output, boolean recursive) {
      this.output = output;
      this.recursive = recursive;
    }

    void argument(String name) {
      if (name.startsWith(LIST) && name.length() > 1 && !Files.exists(path(name))) {
        many = true;
        list(name);
      } else {
        open(Input.argument(name));
      }
    }

    private void list(String name) {
      String file = name.substring(1);
      try (InputStream in = file.equals(STANDARD) ? System.in : Files.newInputStream(path(file))) {
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        // `find -print0` ends names with zeros, because a name may hold a line break.
        String end = text.indexOf('\0') < 0 ? "\r?\n" : "\0";
        for (String each : text.split(end)) {
          if (!each.isEmpty()) {
            open(Input.listed(each));
          }
        }
      } catch (IOException e) {
        String why = "the list cannot be read: " + Outage.reason(e);
        add(Input.refused(name, Code.NOT_FOUND, why + "; a list is a file with one name a line"));
      }
    }

    private void open(Input input) {
      Path folder = path(input.name());
      if (input.stream() || !Files.isDirectory(folder)) {
        add(input);
        return;
      }
      many = true;
      MediaFolder media = new MediaFolder(folder, recursive, output.stream().toList());
      int before = found.size();
      media
          .files(output.map(out -> MediaFolder.isSame(out, folder)).orElse(true))
          .forEach(below -> add(Input.found(folder, below)));
      media
          .unreadable()
          .forEach((part, why) ->
              add(Input.refused(part.toString(), Code.UNAVAILABLE, "the folder " + why)));
      if (found.size() == before) {
        add(Input.refused(input.name(), Code.NOT_FOUND, nothing()));
      }
    }

    private String nothing() {
      return "the folder has no video or audio file"
          + (recursive
              ? "; name a file to have it tried"
              : "; --recursive also looks in its folders");
    }

    private void add(Input input) {
      // Different names that are not UTF-8 look alike here.
      String name = Sources.isUnknown(input.name()) ? "name " + found.size() : input.name();
      found.putIfAbsent(path(name).toAbsolutePath().normalize(), input);
    }

    /**
     * The place of a name. One that this locale cannot express stays apart, and is refused later.
     */
    private static Path path(String name) {
      try {
        return Path.of(name);
      } catch (InvalidPathException e) {
        return Path.of("invalid-" + name.hashCode());
      }
    }
  }
}
