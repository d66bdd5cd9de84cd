package io.tapedeck.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/formats.md is made from the kinds of file and the decoders themselves. */
class FormatsDocTest {
  private static final Path DOC = Path.of("..", "docs", "formats.md");

  private static final String HEAD =
      """
      # Formats

      The bytes of a file decide what it is; its name does not matter. A stream without a container is also found behind up to
      64 KiB of other bytes, and from its middle. One demuxer of ffmpeg may open each kind, and it opens no other file. How much of
      this there is depends on the ffmpeg that is installed, 5.1 or newer.

      | kind of file | ffmpeg's demuxer |
      |---|---|
      """;

  private static final String CODECS =
      """

      | audio in it | ffmpeg's decoders |
      |---|---|
      """;

  private static final String FOOT =
      """

      Audio of any number of channels up to 64 becomes stereo. Where the file does not say which channel is which, odd ones (the first,
      the third …) go to the left and even ones to the right; of Ambisonics the first channel goes to both.

      **Not possible**, and refused by name: AC-4, Apple Positional Audio (APAC), MPEG-H 3D Audio, OptimFROG, DS2 dictation and
      anything else ffmpeg has no decoder for, xHE-AAC before ffmpeg 7.1, Audible books and other protected files, MIDI, pictures,
      playlists. Bare G.722, G.726, G.729, GSM and PCM have no header by which they could be recognised; put them into WAV first.
      """;

  @Test
  void theDocumentTellsEveryKindAndEveryDecoder() throws IOException {
    String kinds = table(Container.values(), kind -> kind.people(), kind -> kind.demuxer());
    String codecs = table(AudioCodec.values(), each -> each.people(), each -> each.decoders());
    Path made =
        Files.writeString(Path.of("target", "formats.md"), HEAD + kinds + CODECS + codecs + FOOT);

    assertThat(DOC)
        .as("make it anew: cp media/%s docs/formats.md", made)
        .hasSameTextualContentAs(made);
  }

  private static <T> String table(
      T[] all,
      java.util.function.Function<T, String> people,
      java.util.function.Function<T, String> names) {
    return Arrays.stream(all)
        .map(each ->
            "| "
                + people.apply(each)
                + " | "
                + List.of(names.apply(each).split(",")).stream()
                    .map(name -> "`" + name + "`")
                    .collect(Collectors.joining(", "))
                + " |\n")
        .collect(Collectors.joining());
  }
}
