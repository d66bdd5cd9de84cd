package io.tapedeck.extraction;

import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.Quality;
import io.tapedeck.media.ChosenPart;
import io.tapedeck.media.Matroska;
import io.tapedeck.media.Pcm;
import io.tapedeck.mp3.Encoded;
import io.tapedeck.mp3.EncoderOptions;
import io.tapedeck.mp3.Lame;
import io.tapedeck.mp3.Rate;
import io.tapedeck.tags.SourceTags;
import io.tapedeck.tags.TagFile;
import io.tapedeck.tags.Tags;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;

/** The pass that makes the MP3: it puts decoded blocks on a timeline and encodes the result. */
record EncodingPass(
    Extractor setup,
    ExtractionMonitor monitor,
    ConversionOptions options,
    int threads,
    Path part,
    boolean trailingTag) {
  /** For music at the best level; the default level takes less. */
  private static final int MOST_VBR_KBPS = 256;

  /** A peak of -90 dB: less than the last bit of a CD. */
  private static final double SILENT = 3.2e-5;

  /**
   * The result of the pass.
   *
   * @param reached where the audio ends by the source's own times
   */
  record Made(Extracted mp3, Duration reached) {}

  /**
   * Runs the pass to its end.
   *
   * @param largestGap longer gaps count as wrong times; zero if no gap is to be believed
   * @param inVain whether the result is of no use any more; asked at each block
   */
  Made run(
      DecodedAudio audio,
      TagInput labels,
      Duration largestGap,
      ChosenPart chosen,
      BooleanSupplier inVain)
      throws IOException {
    Matroska.Header header = audio.header();
    Pcm pcm = audio.pcm();
    int rate = header.rate();
    Timeline timeline = new Timeline(rate, largestGap);
    Rate bits = Mp3Writer.rate(options.quality(), rate);
    Lame lame = setup.engine().lame();
    Duration shift = chosen.skipped().plusMillis(audio.begins());
    SourceTags.Found found =
        labels.own().tags(chosen.chapters(header, shift), shift, labels.language());
    Tags tags = found.tags().with("TSSE", "Tapedeck, LAME " + lame.version());
    TagFile tagged = TagFile.withRoomForLoudness(labels.cover().in(tags), labels.version());
    monitor.expectBytes(bits instanceof Rate.Cbr(int kbps) ? kbps : MOST_VBR_KBPS);
    Encoded encoded;
    try (Mp3Writer encoding =
        new Mp3Writer(
            lame,
            new EncoderOptions(rate, header.channels(), bits),
            tagged.before(),
            part,
            threads,
            monitor::written,
            samples -> monitor.encoded(Duration.ofMillis(samples * 1000 / rate)))) {
      new EncoderFeed(timeline, encoding, monitor, header, chosen).drain(pcm, inVain);
      audio.end().run();
      if (timeline.length().isZero() && !inVain.getAsBoolean()) {
        throw Diagnosis.outside(chosen, chosen.zero().plus(timeline.reached()));
      }
      encoded = encoding.finish();
    }
    double loudness = encoded.loudness().integrated();
    tagged.complete(
        part,
        timeline.length(),
        Double.isFinite(loudness)
            ? OptionalDouble.of(encoded.loudness().replayGain())
            : OptionalDouble.empty(),
        encoded.loudness().truePeak());
    List<String> warnings =
        new ArrayList<>(Diagnosis.late(chosen, audio.report()).stream().toList());
    warnings.addAll(Diagnosis.warnings(audio.report(), timeline, chosen.zero(), trailingTag));
    if (pcm.brokenOff()) {
      warnings.add(
          "the decoder broke off at " + Diagnosis.time(chosen.zero().plus(timeline.length())));
    }
    if (options.quality() instanceof Quality.Cbr(int kbps)
        && bits instanceof Rate.Cbr(int given)
        && given < kbps) {
      warnings.add("an MP3 of " + rate + " Hz has at most " + given + " kbit/s");
    }
    warnings.addAll(found.warnings());
    warnings.addAll(labels.cover().warnings());
    if (encoded.loudness().samplePeak() < SILENT) {
      Diagnosis.silent(audio.report(), options).ifPresent(warnings::add);
    }
    if (options.loudness().isPresent() && loudness == Double.NEGATIVE_INFINITY) {
      warnings.add("it is silent, so it has no loudness that could be changed");
    } else if (options.loudness().isPresent() && loudness < options.loudness().getAsDouble() - 1) {
      warnings.add(
          String.format(Locale.ROOT, "it is at %.1f LUFS: more would need higher peaks", loudness));
    }
    Extracted mp3 =
        Extracted.of(
            part,
            timeline.length(),
            false,
            warnings,
            Double.isFinite(loudness) ? OptionalDouble.of(loudness) : OptionalDouble.empty());
    return new Made(mp3, timeline.reached().plus(chosen.zero()).minus(chosen.start()));
  }
}
