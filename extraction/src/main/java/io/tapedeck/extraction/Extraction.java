package io.tapedeck.extraction;

import io.tapedeck.core.Code;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Progress;
import io.tapedeck.core.Quality;
import io.tapedeck.core.Refusal;
import io.tapedeck.ffmpeg.Arguments;
import io.tapedeck.ffmpeg.Child;
import io.tapedeck.ffmpeg.Decoding;
import io.tapedeck.ffmpeg.Ffmpeg;
import io.tapedeck.ffmpeg.FfmpegLog;
import io.tapedeck.media.Appended;
import io.tapedeck.media.BareMp3;
import io.tapedeck.media.ChosenPart;
import io.tapedeck.media.Container;
import io.tapedeck.media.Limiter;
import io.tapedeck.media.Matroska;
import io.tapedeck.media.MonoMix;
import io.tapedeck.media.MovieIndex;
import io.tapedeck.media.Pcm;
import io.tapedeck.media.Protection;
import io.tapedeck.media.TrailingTag;
import io.tapedeck.mp3.Loudness;
import io.tapedeck.tags.CoverArt;
import io.tapedeck.tags.SourceTags;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongConsumer;

/**
 * The extraction of one file to an MP3. {@link #run} does the work on the caller's thread; other
 * threads may meanwhile read the progress and stop the work.
 */
public final class Extraction {
  /** A claimed length is false if the file has fewer bits than this for each second. */
  private static final long LEAST_BITS_PER_SECOND = 1_000;

  /** Longer gaps count as wrong times if the source's own length is not known. */
  private static final Duration LARGEST_GAP = Duration.ofMinutes(10);

  /** ffmpeg rounds the claimed length to 10 ms. */
  private static final Duration ROUNDING = Duration.ofMillis(15);

  private final Extractor setup;
  private final Path input;
  private final ConversionOptions options;
  private final int threads;
  private final Optional<DecodedAudio> decoded;
  private final ExtractionMonitor monitor;

  /** Whether the source's MP3 frames may still be kept. */
  private boolean kept = true;

  private List<Boolean> protectedTracks = List.of();

  /**
   * @param decoded the audio, if a child for several files has already decoded it
   * @param room called with the number of bytes still to be written; throws if the disk lacks them
   */
  Extraction(
      Extractor setup,
      Path input,
      ConversionOptions options,
      int threads,
      Optional<DecodedAudio> decoded,
      LongConsumer room) {
    this.setup = setup;
    this.decoded = decoded;
    this.input = input.toAbsolutePath();
    this.options = options;
    this.threads = threads;
    this.monitor = new ExtractionMonitor(setup, this.input, room);
  }

  /**
   * Makes the MP3. The output appears complete or not at all; it replaces an older file of that
   * name.
   *
   * @throws Refusal if the file cannot be converted as requested, with cause and place
   * @throws Outage if a part of this machine fails: no ffmpeg, no space on the disk
   * @throws RuntimeException the reason given to {@link #stop}
   */
  public Extracted run(Path output) {
    Path target = output.toAbsolutePath();
    Path part = target.resolveSibling(".tapedeck-" + unique() + ".part");
    try {
      Extracted made = extract(part);
      monitor.throwIfStopped();
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
      return made.at(target);
    } catch (IOException e) {
      monitor.throwIfStopped();
      throw diskFault(e, target);
    } catch (RuntimeException e) {
      monitor.throwIfStopped(); // a stop kills the child, which causes other errors
      throw e;
    } finally {
      deleteQuietly(part);
    }
  }

  /**
   * Stops the work at once: the child is killed, and {@link #run} throws the reason. Without effect
   * after the end; only the first reason counts.
   */
  public void stop(RuntimeException reason) {
    monitor.stop(reason);
  }

  /** The progress to display; the fraction is 0 while the length is not known. */
  public Progress progress() {
    return monitor.progress();
  }

  /** A counter that grows while the work moves; if it stops growing, the work has stalled. */
  public long moved() {
    return monitor.moved();
  }

  /** A unique name is enough. A secure random name would cost the JVM 20 ms at its first use. */
  private static String unique() {
    return ProcessHandle.current().pid()
        + "-"
        + Long.toHexString(ThreadLocalRandom.current().nextLong());
  }

  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // The file lies in a scratch folder, and the owner of that folder empties it.
    }
  }

  /** Names the requested file in the message instead of the temporary file. */
  private Outage diskFault(IOException e, Path target) {
    boolean reading = e instanceof FileSystemException of && input.toString().equals(of.getFile());
    String what =
        reading
            ? input.getFileName() + " cannot be read"
            : target.getFileName() + " cannot be written";
    return new Outage(
        Outage.isFull(e) ? Code.DISK_FULL : Code.UNAVAILABLE, what + ": " + Outage.reason(e), e);
  }

  private Extracted extract(Path part) throws IOException {
    if (!Files.isRegularFile(input)) {
      throw new Refusal(Code.NOT_FOUND, "there is no file " + input.getFileName());
    }
    monitor.begin();
    Arguments arguments = new Arguments(input, Container.of(input), options, setup.limits());
    protectedTracks = Protection.ofTracks(input, arguments.container());
    if (!protectedTracks.isEmpty() && !protectedTracks.contains(false)) {
      throw Diagnosis.protectedAudio();
    }
    Optional<String> unread =
        Appended.unread(input, arguments.container()).filter(any -> options.end().isEmpty());
    if (decoded.isPresent()) {
      monitor.expect(claimed(arguments, decoded.get().report()));
      return encode(arguments, part, decoded.get()).told(unread);
    }
    return decode(options.loudness().isPresent() ? levelled(arguments) : arguments, part)
        .told(unread);
  }

  private Extracted decode(Arguments arguments, Path part) throws IOException {
    try (Child decoder = monitor.start(arguments.decoding())) {
      setup.engine().lame();
      FfmpegLog report = decoder.report();
      Optional<FfmpegLog.Stream> source = report.chosen();
      Ffmpeg.requireNew(report.banner());
      Optional<Decoding> corrected = report.corrected(arguments.how());
      if (corrected.isPresent()) {
        decoder.kill();
        return decode(arguments.with(corrected.get()), part);
      }
      int place = source.map(report.audio()::indexOf).orElse(-1);
      if (place >= 0 && place < protectedTracks.size() && protectedTracks.get(place)) {
        throw Diagnosis.protectedAudio();
      }
      Matroska pcm = new Matroska(decoder.output());
      Matroska.Header header = header(pcm, arguments);
      monitor.expect(claimed(arguments, report).map(this::chosenPart));
      boolean one = arguments.how().tracks().size() == 1 && header.rate() > 0;
      if (kept && one && source.isPresent() && isCopied(source.get(), options)) {
        decoder.kill();
        return copy(arguments, part, new DecodedAudio(header, pcm, report, () -> {}));
      }
      if (header.rate() == 0) {
        monitor.await(decoder);
        throw arguments.container() == Container.MPEG_TS && Protection.isScrambled(input)
            ? Diagnosis.protectedAudio()
            : Diagnosis.nothing(report, options, input);
      }
      Pcm held = arguments.how().sums() ? new Limiter(pcm, header.rate(), header.channels()) : pcm;
      DecodedAudio audio = new DecodedAudio(header, held, report, () -> end(decoder, arguments));
      return encode(arguments, part, audio);
    }
  }

  private Extracted encode(Arguments arguments, Path part, DecodedAudio audio) throws IOException {
    TagInput labels = labels(arguments, audio, part);
    Optional<Duration> claimed = claimed(arguments, audio.report());
    Decoding how = arguments.how();
    Optional<MonoMix> mix = how.mix(audio.header(), audio.pcm());
    EncodingPass.Made made =
        new EncodingPass(setup, monitor, options, threads, part, TrailingTag.isIn(input))
            .run(
                mix.map(audio::mono).orElse(audio),
                labels,
                largestGap(arguments, claimed),
                chosen(arguments, audio.report(), audio.pcm().millis()),
                () -> audio.report().corrected(how).isPresent());
    Optional<Decoding> corrected = audio.report().corrected(how).or(() -> single(how, mix));
    if (corrected.isPresent()) {
      Files.delete(part);
      return decode(arguments.with(corrected.get()), part);
    }
    Extracted mp3 =
        mix.map(MonoMix::sides).or(how::sides).filter(MonoMix.Sides.OPPOSED::equals).isPresent()
            ? made.mp3().warning(Diagnosis.OPPOSED)
            : made.mp3();
    Optional<Duration> stated = credible(arguments, audio.report(), audio.report().stated());
    boolean whole =
        arguments.container().losesDamage()
            && stated
                .map(this::chosenPart)
                .filter(all -> all.minus(made.reached()).compareTo(ROUNDING) <= 0)
                .isPresent();
    return ended(
        arguments, audio.report(), stated, whole ? mp3.undamaged() : mp3, made.reached(), false);
  }

  /** Where only one side has audio, that side is decoded alone: the mean would be half as loud. */
  private static Optional<Decoding> single(Decoding how, Optional<MonoMix> mix) {
    return mix.map(MonoMix::sides).filter(MonoMix.Sides::single).map(how::of);
  }

  private static Duration largestGap(Arguments arguments, Optional<Duration> claimed) {
    return arguments.container().hasTimes() ? claimed.orElse(LARGEST_GAP) : Duration.ZERO;
  }

  private Extracted ended(
      Arguments arguments,
      FfmpegLog report,
      Optional<Duration> claimed,
      Extracted mp3,
      Duration reached,
      boolean inFrame)
      throws IOException {
    Optional<Duration> track =
        arguments.container() == Container.MP4
            ? MovieIndex.audioTracks(input).stream()
                .skip(arguments.how().tracks().getFirst())
                .findFirst()
            : report.trackLength();
    return new MissingEnd(arguments, options, credible(arguments, report, track))
        .warning(claimed.map(this::chosenPart), reached, inFrame)
        .map(mp3::warning)
        .orElse(mp3);
  }

  /** Ogg stores the tags of the file in its single track. */
  private static Matroska.Header header(Matroska pcm, Arguments arguments) throws IOException {
    Matroska.Header header = pcm.header();
    return arguments.container() == Container.OGG ? header.withTrackTags() : header;
  }

  /** Waits for the end of a child whose audio was all taken, or is in vain. */
  private void end(Child decoder, Arguments arguments) {
    if (options.end().isPresent() || decoder.report().corrected(arguments.how()).isPresent()) {
      decoder.kill(); // it has more to write
    }
    monitor.await(decoder);
  }

  private ChosenPart chosen(Arguments arguments, FfmpegLog report, long millis) throws IOException {
    Duration origin = arguments.fileTime(millis, report);
    Duration latest = claimed(arguments, report).orElse(LARGEST_GAP);
    boolean timed = arguments.container().hasTimes() && origin.compareTo(latest) <= 0;
    return new ChosenPart(timed ? origin : Duration.ZERO, options.start(), options.end());
  }

  private TagInput labels(Arguments arguments, DecodedAudio found, Path part) throws IOException {
    SourceTags own = SourceTags.of(input);
    CoverArt.Found cover =
        new CoverArt(new PictureChildren(monitor, arguments), own, part)
            .find(found.report().pictures(), found.report().hasUnknownPicture());
    return new TagInput(own, cover, found.report().language(), options.id3());
  }

  /** Whether the audio is already MP3 and no option changes it. */
  static boolean isCopied(FfmpegLog.Stream source, ConversionOptions options) {
    return source.codec().equals("mp3")
        && options.copy()
        && options.start().isZero()
        && options.end().isEmpty()
        && !options.mono()
        && options.loudness().isEmpty()
        && options.quality().equals(Quality.DEFAULT);
  }

  /** The first pass for a requested loudness; returns the arguments of the second pass. */
  private Arguments levelled(Arguments arguments) throws IOException {
    Decoding how = arguments.how();
    try (Child child = monitor.start(arguments.decoding())) {
      Matroska pcm = new Matroska(child.output());
      FfmpegLog report = child.report();
      Matroska.Header header = pcm.header();
      report.chosen();
      monitor.measure(claimed(arguments, report).map(this::chosenPart));
      Optional<MonoMix> mix = how.mix(header, pcm);
      Loudness loudness =
          LoudnessFilter.measure(
              mix.isPresent() ? header.mono() : header,
              mix.isPresent() ? mix.get() : pcm,
              chosen(arguments, report, pcm.millis()),
              monitor,
              () -> report.corrected(how).isPresent());
      end(child, arguments);
      Optional<Decoding> corrected = report.corrected(how).or(() -> single(how, mix));
      Decoding known = mix.map(MonoMix::sides).map(how::of).orElse(how);
      return corrected.isPresent()
          ? levelled(arguments.with(corrected.get()))
          : arguments.with(
              known.filtered(
                  LoudnessFilter.filters(options.loudness().orElseThrow(), loudness, header.rate()),
                  header.rate()));
    }
  }

  /** Keeps the MP3 frames; encodes the audio instead if they are not one whole stream. */
  private Extracted copy(Arguments arguments, Path part, DecodedAudio found) throws IOException {
    ChosenPart whole = chosen(arguments, found.report(), found.pcm().millis());
    Mp3Copier.Result result =
        arguments.container() == Container.BARE
            ? copyBare(arguments, part, found)
            : copyPackets(arguments, part, found);
    return switch (result) {
      case Mp3Copier.Kept copied ->
          ended(
                  arguments,
                  found.report(),
                  // In a bare stream without a count, the demuxer invents the length.
                  arguments.container() == Container.BARE
                      ? copied.claimed()
                      : claimed(arguments, found.report()),
                  copied.mp3(),
                  copied.reached(),
                  copied.cut())
              .told(Diagnosis.late(whole));
      case Mp3Copier.Unfit(Optional<String> damage) -> {
        kept = false;
        Files.deleteIfExists(part);
        Extracted encoded = decode(arguments, part);
        yield damage.map(encoded::warning).orElse(encoded);
      }
    };
  }

  private Mp3Copier.Result copyBare(Arguments arguments, Path part, DecodedAudio found)
      throws IOException {
    TagInput labels = labels(arguments, found, part);
    try (BareMp3 frames = Mp3Copier.bare(input)) {
      if (!frames.next()) {
        return Mp3Copier.UNFIT;
      }
      DecodedAudio source = new DecodedAudio(found.header(), frames, new FfmpegLog(), () -> {});
      Delay delay = Delay.of(arguments, frames, found);
      return new Mp3Copier(monitor, part, source, labels, delay, Duration.ZERO).run(source, true);
    }
  }

  private Mp3Copier.Result copyPackets(Arguments arguments, Path part, DecodedAudio found)
      throws IOException {
    TagInput labels = labels(arguments, found, part);
    try (Child copier = monitor.start(arguments.copying())) {
      Matroska packets = new Matroska(copier.output());
      Matroska.Header header = packets.header();
      if (header.rate() == 0 || !header.mp3()) {
        return Mp3Copier.UNFIT;
      }
      Delay delay = Delay.of(arguments, packets, found);
      DecodedAudio source =
          new DecodedAudio(header, packets, copier.report(), () -> monitor.await(copier));
      Duration largestGap = largestGap(arguments, claimed(arguments, found.report()));
      return new Mp3Copier(monitor, part, source, labels, delay, largestGap)
          .run(source, TrailingTag.isIn(input));
    }
  }

  private Optional<Duration> claimed(Arguments arguments, FfmpegLog report) throws IOException {
    return credible(arguments, report, report.duration());
  }

  /** A claimed length, if the file is large enough for it. */
  private Optional<Duration> credible(
      Arguments arguments, FfmpegLog report, Optional<Duration> claimed) throws IOException {
    long bits = Files.size(input) * 8;
    Duration before =
        report
            .start()
            .filter(start -> arguments.container().countsFromZero() && start.isPositive())
            .orElse(Duration.ZERO);
    return claimed
        .map(length -> length.minus(before))
        .filter(
            length -> length.isPositive() && bits / LEAST_BITS_PER_SECOND >= length.toSeconds());
  }

  private Duration chosenPart(Duration whole) {
    Duration end = options.end().filter(at -> at.compareTo(whole) < 0).orElse(whole);
    Duration length = end.minus(options.start());
    return length.isNegative() ? Duration.ZERO : length;
  }
}
