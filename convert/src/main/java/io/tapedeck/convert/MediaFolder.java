package io.tapedeck.convert;

import io.tapedeck.core.Outage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.FileVisitor;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The video and audio files in a folder, recognised by the endings of their names. Hidden files and
 * folders are left out, and so are the MP3s that were made of these files. Symbolic links to files
 * are followed, those to folders are not: so every walk ends, and finds each file once.
 */
public final class MediaFolder {
  private static final String MP3 = ".mp3";

  private static final Set<String> ENDINGS =
      Set.of(
          ("3g2 3gp 3gpp aac ac3 aif aifc aiff amr amv asf au avi awb bwf caf dif divx dts dtshd dv eac3"
                  + " ec3 f4a f4b f4v flac flv g722 gxf latm loas m2t m2ts m2v m4a m4b m4p m4r m4v mk3d"
                  + " mka mkv mlp mod mov mp1 mp2 mp3 mp4 mpa mpe mpeg mpg mts mxf nut oga ogg ogm ogv"
                  + " ogx oma opus qt ra rf64 rm rmvb snd spx thd tod tp trp ts tta vob w64 wav webm wma"
                  + " wmv wtv wv")
              .split(" "));

  /** Endings that program texts and music modules have too: a video has a zero at its beginning. */
  private static final Set<String> SHARED = Set.of("mod", "mts", "ts");

  private static final int HEAD = 1_024;

  /**
   * A file at the moment of the walk.
   *
   * @param below its path below the folder
   * @param size bytes
   * @param modified milliseconds since 1970
   */
  public record Found(Path below, long size, long modified) {}

  private final Path folder;
  private final boolean recursive;
  private final Set<Path> left = new HashSet<>();
  private final Map<Path, String> unreadable = new TreeMap<>();

  /**
   * @param left folders in this folder that are left out, such as the one for the MP3s
   */
  public MediaFolder(Path folder, boolean recursive, List<Path> left) {
    this.folder = folder;
    this.recursive = recursive;
    left.forEach(each -> this.left.add(real(each)));
  }

  /**
   * The paths of the files below the folder, by name.
   *
   * @param beside whether the MP3s go beside their sources; then no MP3 is a source
   */
  List<Path> files(boolean beside) {
    return found(beside).stream().map(Found::below).toList();
  }

  /** The files of {@link #files} with their sizes and times. */
  public List<Found> found(boolean beside) {
    unreadable.clear();
    List<Found> all = new ArrayList<>();
    Path start = folder.resolve("."); // so that the folder itself may be a symbolic link
    try {
      Files.walkFileTree(
          start, EnumSet.noneOf(FileVisitOption.class), depth(), visitor(start, all));
    } catch (IOException e) {
      unreadable.put(folder, "cannot be read: " + Outage.reason(e));
    }
    Set<Path> stems = new HashSet<>();
    all.stream()
        .map(Found::below)
        .filter(each -> !isMp3(each))
        .forEach(each -> {
          stems.add(each);
          stems.add(each.resolveSibling(stem(each.getFileName().toString())));
        });
    all.removeIf(
        each -> isMp3(each.below()) && (beside || isMadeOf(stems, withoutMp3(each.below()))));
    all.sort(Comparator.comparing(Found::below));
    return all;
  }

  /** Whether an MP3 of this name, without its ending, is one of these videos or of their tracks. */
  private static boolean isMadeOf(Set<Path> stems, Path name) {
    String last = name.getFileName().toString();
    return stems.contains(name)
        || stems.contains(name.resolveSibling(Input.OneTrack.withoutSuffix(last)));
  }

  private int depth() {
    return recursive ? Integer.MAX_VALUE : 1;
  }

  /** The folders that could not be read in the last walk, each with a clause that says why. */
  public Map<Path, String> unreadable() {
    return unreadable;
  }

  private FileVisitor<Path> visitor(Path start, List<Found> all) {
    return new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes) {
        boolean taken =
            each.equals(start)
                || (!isHidden(each) && (left.isEmpty() || !left.contains(real(each))));
        return taken ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
      }

      @Override
      public FileVisitResult visitFile(Path each, BasicFileAttributes attributes)
          throws IOException {
        if (!isHidden(each) && isMedia(each)) {
          BasicFileAttributes real =
              attributes.isSymbolicLink() && Files.isRegularFile(each)
                  ? Files.readAttributes(each, BasicFileAttributes.class)
                  : attributes;
          if (real.isRegularFile()) {
            Path below = start.relativize(each);
            all.add(new Found(below, real.size(), real.lastModifiedTime().toMillis()));
          }
        }
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFileFailed(Path each, IOException e) {
        if (!(e instanceof NoSuchFileException) || each.equals(start)) {
          unreadable.put(folder.resolve(start.relativize(each)), why(e));
        }
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult postVisitDirectory(Path each, @Nullable IOException e) {
        if (e != null) {
          unreadable.put(folder.resolve(start.relativize(each)), why(e));
        }
        return FileVisitResult.CONTINUE;
      }
    };
  }

  private static String why(IOException e) {
    return "cannot be read: " + Outage.reason(e);
  }

  private static boolean isHidden(Path file) {
    return file.getFileName().toString().startsWith(".");
  }

  private static boolean isMp3(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(MP3);
  }

  private static Path withoutMp3(Path file) {
    String name = file.getFileName().toString();
    return file.resolveSibling(name.substring(0, name.length() - MP3.length()));
  }

  private static boolean isMedia(Path file) {
    String name = file.getFileName().toString();
    String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return ENDINGS.contains(ending)
        && name.length() > ending.length() + 1
        && (!SHARED.contains(ending) || hasZero(file));
  }

  private static boolean hasZero(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      for (byte each : in.readNBytes(HEAD)) {
        if (each == 0) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return true; // its conversion will report the problem
    }
  }

  /** The name of a file without its ending. */
  public static String stem(String name) {
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  public static boolean isSame(Path one, Path other) {
    return real(one).equals(real(other));
  }

  /** Where a path leads to; one that leads nowhere yet, as it is written. */
  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path.toAbsolutePath().normalize();
    }
  }
}
