package io.tapedeck.extraction;

import io.tapedeck.core.Code;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Progress;
import io.tapedeck.core.Refusal;
import io.tapedeck.ffmpeg.Arguments;
import io.tapedeck.ffmpeg.Child;
import io.tapedeck.ffmpeg.Decoding;
import io.tapedeck.ffmpeg.EntryCount;
import io.tapedeck.ffmpeg.Ffmpeg;
import io.tapedeck.ffmpeg.FfmpegLog;
import io.tapedeck.media.Appended;
import io.tapedeck.media.Container;
import io.tapedeck.media.Matroska;
import io.tapedeck.media.MonoMix;
import io.tapedeck.media.Protection;
import io.tapedeck.media.TrailingTag;
import io.tapedeck.mp3.Loudness;
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
    EntryCount.check(input, arguments.container());
    protectedTracks = Protection.ofTracks(input, arguments.container());
    if (!protectedTracks.isEmpty() && !protectedTracks.contains(false)) {
      throw Diagnosis.protectedAudio();
    }
    Optional<String> unread =
        Appended.unread(input, arguments.container()).filter(any -> options.end().isEmpty());
    if (decoded.isPresent()) {
      monitor.expect(new Claims(arguments, decoded.get().report()).partLength());
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
      DecodedAudio audio =
          DecodedAudio.from(
              new Matroska(decoder.output()), arguments, report, () -> end(decoder, arguments));
      if (arguments.jumps() && !audio.even()) {
        decoder.kill();
        return decode(arguments.with(arguments.how().fromTheBeginning()), part);
      }
      monitor.expect(new Claims(arguments, report).partLength());
      boolean none = audio.header().rate() == 0;
      boolean one = arguments.how().tracks().size() == 1 && !none;
      if (kept && one && source.filter(of -> CopyingPass.suits(of, options)).isPresent()) {
        decoder.kill();
        return copy(arguments, part, audio);
      }
      if (none) {
        monitor.await(decoder);
        throw arguments.container() == Container.MPEG_TS && Protection.isScrambled(input)
            ? Diagnosis.protectedAudio()
            : Diagnosis.nothing(report, options, input);
      }
      return encode(arguments, part, arguments.how().sums() ? audio.limited() : audio);
    }
  }

  /** Keeps the MP3 frames; encodes the audio instead if they are not one whole stream. */
  private Extracted copy(Arguments arguments, Path part, DecodedAudio found) throws IOException {
    return switch (new CopyingPass(monitor, arguments, part).run(found)) {
      case Mp3Copier.Kept copied -> copied.mp3();
      case Mp3Copier.Unfit(Optional<String> damage) -> {
        kept = false;
        Files.deleteIfExists(part);
        Extracted encoded = decode(arguments, part);
        yield damage.map(encoded::warning).orElse(encoded);
      }
    };
  }

  private Extracted encode(Arguments arguments, Path part, DecodedAudio audio) throws IOException {
    TagInput labels = TagInput.of(monitor, arguments, audio, part);
    Claims claims = new Claims(arguments, audio.report());
    Decoding how = arguments.how();
    Optional<MonoMix> mix = how.mix(audio.header(), audio.pcm());
    EncodingPass.Made made =
        new EncodingPass(setup, monitor, options, threads, part, TrailingTag.isIn(input))
            .run(
                mix.map(audio::mono).orElse(audio),
                labels,
                claims.largestGap(),
                claims.part(audio.begins()),
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
    Optional<Duration> stated = claims.statedPartLength();
    boolean whole =
        arguments.container().losesDamage()
            && stated.filter(all -> all.minus(made.reached()).compareTo(ROUNDING) <= 0).isPresent();
    return claims.ended(whole ? mp3.undamaged() : mp3, stated, made.reached(), false);
  }

  /** Where only one side has audio, that side is decoded alone: the mean would be half as loud. */
  private static Optional<Decoding> single(Decoding how, Optional<MonoMix> mix) {
    return mix.map(MonoMix::sides).filter(MonoMix.Sides::single).map(how::of);
  }

  /** Waits for the end of a child whose audio was all taken, or is in vain. */
  private void end(Child decoder, Arguments arguments) {
    if (options.end().isPresent() || decoder.report().corrected(arguments.how()).isPresent()) {
      decoder.kill(); // it has more to write
    }
    monitor.await(decoder);
  }

  /** The first pass for a requested loudness; returns the arguments of the second pass. */
  private Arguments levelled(Arguments arguments) throws IOException {
    Decoding how = arguments.how();
    try (Child child = monitor.start(arguments.decoding())) {
      FfmpegLog report = child.report();
      DecodedAudio audio =
          DecodedAudio.from(new Matroska(child.output()), arguments, report, () -> {});
      Matroska.Header header = audio.header();
      report.chosen();
      if (arguments.jumps() && !audio.even()) {
        child.kill();
        return levelled(arguments.with(how.fromTheBeginning()));
      }
      Claims claims = new Claims(arguments, report);
      monitor.measure(claims.partLength());
      Optional<MonoMix> mix = how.mix(header, audio.pcm());
      Loudness loudness =
          LoudnessFilter.measure(
              mix.isPresent() ? header.mono() : header,
              mix.isPresent() ? mix.get() : audio.pcm(),
              claims.part(audio.begins()),
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
}
