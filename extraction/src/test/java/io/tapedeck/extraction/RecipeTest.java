package io.tapedeck.extraction;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.Channel;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.Track;
import io.tapedeck.ffmpeg.Arguments;
import io.tapedeck.ffmpeg.AudioFormat;
import io.tapedeck.ffmpeg.Decoding;
import io.tapedeck.ffmpeg.DownMix;
import io.tapedeck.ffmpeg.Limits;
import io.tapedeck.media.Container;
import io.tapedeck.media.MonoMix;
import io.tapedeck.mp3.Loudness;
import io.tapedeck.tags.CoverArt;
import io.tapedeck.tags.Picture;
import io.tapedeck.tags.SourceTags;
import io.tapedeck.tags.StreamTags;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The small ffmpeg (dev/media-tools) is built with what the argument lists name, and no more. */
class RecipeTest {
  private static final Path LIST = Media.PROJECT.resolve("dev/lib/ffmpeg/components");
  private static final String HEAD =
      """
      # What the argument lists of ffmpeg's children name, by ffmpeg's own names. RecipeTest makes this; dev/media-tools builds with it.
      """;
  private static final Pattern FILTER = Pattern.compile("(?:^|[],;])([a-z0-9_]+)=");

  @TempDir private Path folder;
  private final Map<String, Set<String>> components = new TreeMap<>();

  @Test
  void theRecipeNamesAllThatChildrenAreAskedFor() throws Exception {
    for (Container container : Container.values()) {
      audio(container).forEach(this::collect);
    }
    for (Picture.Kind kind : Picture.Kind.values()) {
      picture(kind).forEach(this::collect);
    }
    StringBuilder text = new StringBuilder(HEAD);
    components.forEach((kind, names) ->
        names.forEach(name -> text.append(kind).append(' ').append(name).append('\n')));
    Path made = Files.writeString(Path.of("target", "components"), text);

    assertThat(components.get("demuxer")).hasSizeGreaterThan(Container.values().length);
    assertThat(LIST)
        .as("make it anew: cp extraction/%s dev/lib/ffmpeg/components", made)
        .hasSameTextualContentAs(made);
  }

  /** The lists of all children for the audio of a file of this kind. */
  private List<List<String>> audio(Container container) {
    List<List<String>> all = new ArrayList<>();
    Path file = folder.resolve("video");
    for (Channel channel : Channel.values()) {
      ConversionOptions options = Options.of().channel(channel).build().withTrack(new Track.Mix());
      for (Decoding how : decodings(options)) {
        Arguments arguments = new Arguments(file, container, options, Limits.GENEROUS, how);
        all.add(arguments.decoding());
        all.add(arguments.copying());
        all.add(arguments.listing());
        all.add(arguments.cover(1));
        all.add(arguments.attachment(1));
        all.add(Arguments.together(List.of(arguments, arguments)));
      }
    }
    return all;
  }

  private static List<Decoding> decodings(ConversionOptions options) {
    List<Decoding> all = new ArrayList<>();
    String pan = DownMix.of(", 11 channels").orElseThrow();
    String loud = LoudnessFilter.filters(-5, new Loudness(-30, 1, 1), 44_100);
    for (List<Integer> tracks : List.of(List.of(0), List.of(0, 1))) {
      for (MonoMix.Sides sides : MonoMix.Sides.values()) {
        Optional<MonoMix.Sides> known = Optional.of(sides);
        all.add(new Decoding(options, tracks, AudioFormat.UNKNOWN, pan, known, true, loud));
      }
    }
    return all;
  }

  /** The lists of all children for a picture of this kind. */
  private List<List<String>> picture(Picture.Kind kind) throws IOException {
    List<List<String>> all = new ArrayList<>();
    var children =
        new CoverArt.Children() {
          @Override
          public byte[] copied(StreamTags.PictureStream stream, int most) {
            return beginning(kind);
          }

          @Override
          public byte[] output(List<String> arguments, int most) {
            all.add(arguments);
            return new byte[0];
          }
        };
    new CoverArt(
            children,
            SourceTags.of(Files.write(folder.resolve("none"), new byte[100])),
            folder.resolve("a.part"))
        .find(List.of(new StreamTags.PictureStream(1, true, "image/x")), false);
    return all;
  }

  private static byte[] beginning(Picture.Kind kind) {
    String bytes =
        switch (kind) {
          case JPEG -> "\u00FF\u00D8\u00FF";
          case PNG -> "\u0089PNG";
          case WEBP -> "RIFF    WEBP";
          case GIF -> "GIF89a";
          case BMP -> "BM";
          case TIFF -> "II*\0";
          case AVIF -> "    ftypavif";
          case UNKNOWN -> "?";
        };
    return bytes.getBytes(StandardCharsets.ISO_8859_1);
  }

  private void collect(List<String> arguments) {
    int input = arguments.lastIndexOf("-i");
    for (int i = 0; i + 1 < arguments.size(); i++) {
      String value = arguments.get(i + 1);
      switch (arguments.get(i)) {
        case "-protocol_whitelist" -> add("protocol", value.split(","));
        case "-codec_whitelist" -> add("decoder", value.split(","));
        case "-format_whitelist" -> add("demuxer", value.replaceFirst(",.*", ""));
        case "-f" -> add(i < input ? "demuxer" : "muxer", value);
        case "-c", "-c:a", "-c:v" -> add("encoder", value);
        case "-af", "-vf", "-filter_complex" ->
            FILTER.matcher(value).results().forEach(found -> add("filter", found.group(1)));
        default -> {}
      }
    }
  }

  private void add(String kind, String... names) {
    Set<String> known = components.computeIfAbsent(kind, _ -> new LinkedHashSet<>());
    Arrays.stream(names).filter(name -> !name.equals("copy")).forEach(known::add);
  }
}
