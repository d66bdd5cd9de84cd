package io.tapedeck.extraction;

import io.tapedeck.ffmpeg.Arguments;
import io.tapedeck.ffmpeg.Child;
import io.tapedeck.tags.CoverArt;
import io.tapedeck.tags.StreamTags;
import java.io.IOException;
import java.util.List;

/** The children that copy and decode pictures of a source. */
record PictureChildren(ExtractionMonitor monitor, Arguments arguments)
    implements CoverArt.Children {
  @Override
  public byte[] copied(StreamTags.PictureStream stream, int most) {
    return output(
        stream.attachment()
            ? arguments.attachment(stream.index())
            : arguments.cover(stream.index()),
        most);
  }

  @Override
  public byte[] output(List<String> list, int most) {
    try (Child child = monitor.startBeside(list)) {
      return child.output().readNBytes(most);
    } catch (IOException e) {
      monitor.throwIfStopped();
      return new byte[0];
    }
  }
}
