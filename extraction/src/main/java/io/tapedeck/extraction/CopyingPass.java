package io.tapedeck.extraction;

import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.Quality;
import io.tapedeck.ffmpeg.Arguments;
import io.tapedeck.ffmpeg.Child;
import io.tapedeck.ffmpeg.FfmpegLog;
import io.tapedeck.media.BareMp3;
import io.tapedeck.media.ChosenPart;
import io.tapedeck.media.Container;
import io.tapedeck.media.Matroska;
import io.tapedeck.media.TrailingTag;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The pass that keeps a source's own MP3 frames instead of encoding (ADR 0022).
 *
 * @param part the file that it makes
 */
record CopyingPass(ExtractionMonitor monitor, Arguments arguments, Path part) {
  /** Whether the audio is already MP3 and no option changes it. */
  static boolean suits(FfmpegLog.Stream source, ConversionOptions options) {
    return source.codec().equals("mp3")
        && options.copy()
        && options.start().isZero()
        && options.end().isEmpty()
        && !options.mono()
        && options.loudness().isEmpty()
        && options.quality().equals(Quality.DEFAULT);
  }

  /**
   * What came of it.
   *
   * @param found the beginning of the decoded audio
   */
  Mp3Copier.Result run(DecodedAudio found) throws IOException {
    boolean bare = arguments.container() == Container.BARE;
    Claims claims = new Claims(arguments, found.report());
    Mp3Copier.Result result = bare ? frames(found) : packets(found, claims);
    if (!(result instanceof Mp3Copier.Kept(Extracted mp3, Duration reached, var count, var cut))) {
      return result;
    }
    ChosenPart whole = claims.part(found.begins());
    // In a bare stream without a count, the demuxer invents the length.
    Extracted ended = claims.ended(mp3, bare ? count : claims.partLength(), reached, cut);
    return new Mp3Copier.Kept(
        ended.told(Diagnosis.late(whole, found.report())), reached, count, cut);
  }

  private Mp3Copier.Result frames(DecodedAudio found) throws IOException {
    TagInput labels = TagInput.of(monitor, arguments, found, part);
    try (BareMp3 frames = Mp3Copier.bare(arguments.input())) {
      if (!frames.next()) {
        return Mp3Copier.UNFIT;
      }
      DecodedAudio source = DecodedAudio.of(found.header(), frames, new FfmpegLog(), () -> {});
      Delay delay = Delay.of(arguments, frames, found);
      return new Mp3Copier(monitor, part, source, labels, delay, Duration.ZERO).run(source, true);
    }
  }

  private Mp3Copier.Result packets(DecodedAudio found, Claims claims) throws IOException {
    TagInput labels = TagInput.of(monitor, arguments, found, part);
    try (Child copier = monitor.start(arguments.copying())) {
      Matroska packets = new Matroska(copier.output());
      Matroska.Header header = packets.header();
      if (header.rate() == 0 || !header.mp3()) {
        return Mp3Copier.UNFIT;
      }
      Delay delay = Delay.of(arguments, packets, found);
      DecodedAudio source =
          DecodedAudio.of(header, packets, copier.report(), () -> monitor.await(copier));
      return new Mp3Copier(monitor, part, source, labels, delay, claims.largestGap())
          .run(source, TrailingTag.isIn(arguments.input()));
    }
  }
}
