package io.tapedeck.tags;

import io.tapedeck.core.Outage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Finds the front cover of a source. A JPEG or PNG of moderate size is taken over bit for bit. Any
 * other picture is made a JPEG by a child that may use the decoders of pictures, because a decoder
 * in this process would read a stranger's bytes without a guard. Whatever the picture is, the audio
 * does not suffer from it.
 *
 * @param own the file's own tag, whose pictures come first
 * @param part the unfinished MP3; a picture to be decoded lies beside it meanwhile
 */
public record CoverArt(Children children, SourceTags own, Path part) {
  /** Starts the processes, which this module does not do. */
  public interface Children {
    /**
     * The bytes of a picture as they are in the source; none if they cannot be read.
     *
     * @param most further bytes are not read
     */
    byte[] copied(StreamTags.PictureStream stream, int most);

    /** What ffmpeg writes if it is called with these arguments; nothing if it fails. */
    byte[] output(List<String> arguments, int most);
  }

  /**
   * The cover.
   *
   * @param warnings which pictures were left out, and why
   */
  public record Found(Optional<Tags.Cover> cover, List<String> warnings) {
    public Found {
      warnings = List.copyOf(warnings);
    }

    /** The tags with the cover, if there is one. */
    public Tags in(Tags tags) {
      return cover.map(tags::with).orElse(tags);
    }
  }

  /** Bytes of a picture; a larger one is left out. */
  static final int LARGEST = 32 << 20;

  private static final int MOST_TRIED = 3;
  private static final String UNSUPPORTED =
      "a picture was left out: it is damaged or of a kind that is not supported";

  /** Bytes of one allocation: the largest picture with four bytes a pixel. */
  private static final String ALLOCATION = "268435456";

  /** Processor time for one picture; decoding the largest takes two seconds. */
  private static final String SECONDS = "20";

  /** Longest side and quality (2 is the best) of each attempt, until the JPEG is small enough. */
  private static final int[][] ATTEMPTS = {{Picture.MOST_PIXELS_A_SIDE, 3}, {1_000, 6}, {600, 12}};

  /**
   * Takes the first picture that can be taken.
   *
   * @param others pictures that ffmpeg found, the front cover first
   * @param unknown whether ffmpeg has left out a picture of a kind that it does not know
   */
  public Found find(List<StreamTags.PictureStream> others, boolean unknown) {
    List<String> warnings = new ArrayList<>();
    List<Picture> pictures = own.pictures();
    for (Picture picture : pictures.subList(0, Math.min(MOST_TRIED, pictures.size()))) {
      Optional<Tags.Cover> cover = cover(picture, warnings);
      if (cover.isPresent()) {
        return new Found(cover, warnings);
      }
    }
    List<StreamTags.PictureStream> streams = pictures.isEmpty() ? others : List.of();
    for (StreamTags.PictureStream stream :
        streams.subList(0, Math.min(MOST_TRIED, streams.size()))) {
      Optional<Tags.Cover> cover =
          cover(Picture.of(children.copied(stream, LARGEST + 1)), warnings);
      if (cover.isPresent()) {
        return new Found(cover, warnings);
      }
    }
    if (unknown && warnings.isEmpty()) {
      warnings.add(UNSUPPORTED);
    }
    return new Found(Optional.empty(), warnings);
  }

  private Optional<Tags.Cover> cover(Picture picture, List<String> warnings) {
    Optional<Tags.Cover> cover = picture.asItIs();
    if (cover.isPresent()) {
      return cover;
    }
    int size = picture.bytes().length;
    if (size > LARGEST || picture.isTooLarge()) {
      warnings.add(
          "a picture was left out: it has "
              + (size > LARGEST
                  ? "more than " + (LARGEST >> 20) + " MiB"
                  : picture.width() + " × " + picture.height() + " pixels"));
      return Optional.empty();
    }
    Optional<Tags.Cover> made =
        size == 0 || picture.kind() == Picture.Kind.UNKNOWN ? Optional.empty() : made(picture);
    if (made.isEmpty()) {
      warnings.add(UNSUPPORTED);
    }
    return made;
  }

  private Optional<Tags.Cover> made(Picture picture) {
    // Named like the MP3, so that whoever tidies up after a crash finds it too.
    String name = part.getFileName().toString().replaceFirst("\\.part$", "c.part");
    Path file = part.resolveSibling(name);
    try {
      Files.write(file, picture.bytes(), StandardOpenOption.CREATE_NEW);
      for (int[] attempt : ATTEMPTS) {
        byte[] jpeg =
            children.output(arguments(file, picture.kind(), attempt[0], attempt[1]), LARGEST);
        Picture smaller = Picture.of(jpeg);
        if (smaller.kind() != Picture.Kind.JPEG || smaller.asItIs().isPresent()) {
          return smaller.asItIs();
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new Outage("the cover could not be kept meanwhile: " + Outage.reason(e), e);
    } finally {
      deleteQuietly(file);
    }
  }

  /**
   * Arguments of a child that makes a JPEG of a picture. Only this child may use decoders of
   * pictures, and one demuxer.
   *
   * @param picture a file with nothing but the picture
   * @param side the longest side at most
   * @param quality 2 (best) to 31
   */
  private static List<String> arguments(Path picture, Picture.Kind kind, int side, int quality) {
    List<String> list = new ArrayList<>();
    Collections.addAll(list, "-nostdin", "-nostats", "-loglevel", "level+info");
    Collections.addAll(list, "-max_alloc", ALLOCATION);
    Collections.addAll(list, "-timelimit", SECONDS);
    Collections.addAll(list, "-protocol_whitelist", "file,pipe");
    Collections.addAll(list, "-format_whitelist", demuxer(kind));
    Collections.addAll(list, "-codec_whitelist", "mjpeg,png,webp,gif,bmp,tiff,libdav1d,libaom-av1");
    Collections.addAll(list, "-max_pixels", Integer.toString(Picture.MOST_PIXELS));
    Collections.addAll(list, "-threads", "1", "-f", demuxer(kind), "-i", "file:" + picture);
    String bounds = "'min(" + side + ",iw)':'min(" + side + ",ih)'";
    Collections.addAll(list, "-map", "0:v:0", "-frames:v", "1", "-map_metadata", "-1");
    Collections.addAll(
        list,
        "-vf",
        "scale=" + bounds + ":force_original_aspect_ratio=decrease:flags=area,format=yuvj420p");
    Collections.addAll(list, "-c:v", "mjpeg", "-q:v", Integer.toString(quality));
    Collections.addAll(list, "-f", "image2pipe", "pipe:1");
    return list;
  }

  private static String demuxer(Picture.Kind kind) {
    return switch (kind) {
      case JPEG -> "jpeg_pipe";
      case PNG -> "png_pipe";
      case WEBP -> "webp_pipe";
      case GIF -> "gif";
      case BMP -> "bmp_pipe";
      case TIFF -> "tiff_pipe";
      case AVIF, UNKNOWN -> "mov";
    };
  }

  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // It lies beside the unfinished MP3, and the owner of that folder empties it.
    }
  }
}
