package io.tapedeck.tags;

import io.tapedeck.core.Id3;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The tags of one MP3 file. They stand before the audio, and some of their values are known only
 * after it, so they are written twice in the same number of bytes.
 *
 * @param before the bytes before the audio
 */
@SuppressWarnings("ArrayRecordComponent") // bytes for one file, never compared
public record TagFile(Tags tags, Id3 version, byte[] before) {
  private static final Duration ROUNDING = Duration.ofMillis(50);

  /** Tags for audio whose loudness is not measured. */
  public static TagFile of(Tags tags, Id3 version) {
    return new TagFile(tags, version, new Id3v2(version.minor()).bytes(tags, 0));
  }

  /** Tags for audio whose loudness will be known. */
  public static TagFile withRoomForLoudness(Tags tags, Id3 version) {
    return new TagFile(tags, version, new Id3v2(version.minor()).bytes(tags, ReplayGain.ROOM));
  }

  /**
   * Completes the file after its audio: moves the ends of chapters back to the end of the audio,
   * and writes ID3v1 behind it where that is asked for.
   *
   * @param length of the audio
   */
  public void complete(Path file, Duration length) throws IOException {
    write(file, cut(length));
  }

  /** Completes the file, and writes its loudness; see {@link ReplayGain#of}. */
  public void complete(Path file, Duration length, OptionalDouble gain, double peak)
      throws IOException {
    write(file, ReplayGain.of(cut(length), gain, peak));
  }

  private Tags cut(Duration length) {
    List<Tags.Chapter> cut =
        tags.chapters().stream()
            .map(c -> new Tags.Chapter(cut(c.start(), length), cut(c.end(), length), c.title()))
            .toList();
    return tags.with(cut);
  }

  /** A time that is later only by the container's rounding stays as it is. */
  private static Duration cut(Duration time, Duration length) {
    return time.compareTo(length.plus(ROUNDING)) > 0 ? length : time;
  }

  private void write(Path file, Tags last) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(new Id3v2(version.minor()).bytesIn(before.length, last));
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      while (bytes.hasRemaining()) {
        channel.write(bytes, bytes.position());
      }
      if (version.v1()) {
        ByteBuffer behind = ByteBuffer.wrap(Id3v1.bytes(last));
        while (behind.hasRemaining()) {
          channel.write(behind, channel.size());
        }
      }
    }
  }
}
