package io.tapedeck.extraction;

import io.tapedeck.core.Id3;
import io.tapedeck.ffmpeg.Arguments;
import io.tapedeck.tags.CoverArt;
import io.tapedeck.tags.SourceTags;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What the tags of an MP3 are made from.
 *
 * @param language of the audio, as the container names it; empty if it does not
 */
record TagInput(SourceTags own, CoverArt.Found cover, String language, Id3 version) {
  /**
   * Reads what the source holds.
   *
   * @param part the file that is being made; pictures are read into files beside it
   */
  static TagInput of(ExtractionMonitor monitor, Arguments arguments, DecodedAudio found, Path part)
      throws IOException {
    SourceTags own = SourceTags.of(arguments.input());
    CoverArt.Found cover =
        new CoverArt(new PictureChildren(monitor, arguments), own, part)
            .find(found.report().pictures(), found.report().hasUnknownPicture());
    return new TagInput(own, cover, found.report().language(), arguments.options().id3());
  }
}
