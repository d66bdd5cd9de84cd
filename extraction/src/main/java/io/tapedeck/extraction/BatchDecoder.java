package io.tapedeck.extraction;

import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.Refusal;
import io.tapedeck.ffmpeg.Arguments;
import io.tapedeck.ffmpeg.BatchLog;
import io.tapedeck.ffmpeg.Child;
import io.tapedeck.ffmpeg.Decoding;
import io.tapedeck.ffmpeg.EntryCount;
import io.tapedeck.ffmpeg.FfmpegLog;
import io.tapedeck.media.BufferedPcm;
import io.tapedeck.media.Container;
import io.tapedeck.media.Matroska;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decodes several short files with one child. For a few seconds of audio, a child spends nearly all
 * its time on its start. The batch returns only simple files, with the same samples as from a child
 * of their own. Each other file gets its own child, which can tell what is wrong with it. If the
 * child of the batch complains, all files get their own.
 */
record BatchDecoder(Extractor setup, ConversionOptions options) {
  /** Bytes of decoded audio kept in memory at a time: two and a half minutes of stereo. */
  static final long LARGEST_PCM = 64L << 20;

  /** Larger files are hardly short, and their decoding takes longer than the start of a child. */
  static final long LARGEST_FILE = 8L << 20;

  /** A child shifts all its tracks if one begins before zero; later audio is told apart alone. */
  private static final long EARLY_MILLIS = Timeline.SHORTEST_GAP.toMillis() / 2;

  /** Decodes the files; the caller decodes alone each file that the result does not contain. */
  Map<Path, DecodedAudio> decode(List<Path> inputs) {
    try {
      List<Arguments> files = suitable(inputs);
      return files.size() < 2 ? Map.of() : decodeAll(files);
    } catch (IOException | RuntimeException e) {
      return Map.of(); // decoding it alone will report the problem
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Map.of();
    }
  }

  /** The files that one child can probably decode together with others. */
  private List<Arguments> suitable(List<Path> inputs) throws IOException {
    List<Arguments> files = new ArrayList<>();
    boolean whole = options.start().isZero() && options.end().isEmpty();
    for (Path input : whole && options.loudness().isEmpty() ? inputs : List.<Path>of()) {
      if (Files.isRegularFile(input) && Files.size(input) <= LARGEST_FILE) {
        container(input)
            .filter(kind -> kind != Container.OGG) // its file tags are tags of the track
            .map(kind -> new Arguments(input.toAbsolutePath(), kind, options, setup.limits()))
            .ifPresent(files::add);
      }
    }
    return files;
  }

  private static Optional<Container> container(Path file) throws IOException {
    try {
      Container kind = Container.of(file);
      EntryCount.check(file, kind);
      return Optional.of(kind);
    } catch (Refusal e) {
      return Optional.empty();
    }
  }

  private Map<Path, DecodedAudio> decodeAll(List<Arguments> files)
      throws IOException, InterruptedException {
    BatchLog reports = new BatchLog(files.size());
    try (Child child = setup.ffmpeg().start(Arguments.together(files), reports::accept)) {
      Matroska pcm = new Matroska(child.output());
      List<BufferedPcm> recorded = files.stream().map(file -> new BufferedPcm()).toList();
      long bytes = 0;
      while (pcm.next() && bytes <= LARGEST_PCM) {
        bytes += pcm.length();
        if (pcm.track() < 1 || pcm.track() > recorded.size()) {
          return Map.of();
        }
        recorded.get(pcm.track() - 1).add(pcm.millis(), pcm.bytes(), pcm.length());
      }
      if (bytes > LARGEST_PCM || pcm.brokenOff() || child.await() != 0 || reports.complaint()) {
        return Map.of();
      }
      Map<Path, DecodedAudio> found = new HashMap<>();
      for (int i = 0; i < files.size(); i++) {
        if (isPlain(reports, i)
            && !recorded.get(i).isEmpty()
            && recorded.get(i).millis() < EARLY_MILLIS) {
          Matroska.Header header = pcm.header(i + 1).withTrackTags();
          found.put(
              files.get(i).input(),
              DecodedAudio.of(header, recorded.get(i), reports.of(i), () -> {}));
        }
      }
      return found;
    }
  }

  /** No cover, no chapters, no channels to mix down, one format, and no MP3 frames to copy. */
  private boolean isPlain(BatchLog reports, int file) {
    FfmpegLog report = reports.of(file);
    return report.pictures().isEmpty()
        && report.corrected(new Decoding(options)).isEmpty()
        && !reports.hasChapters(file)
        && report.mapped().filter(source -> !CopyingPass.suits(source, options)).isPresent();
  }
}
