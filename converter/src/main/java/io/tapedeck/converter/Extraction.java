package io.tapedeck.converter;

import io.tapedeck.core.Code;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Progress;
import io.tapedeck.core.Quality;
import io.tapedeck.core.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One file on its way to an MP3. {@link #run} does the work on the caller's thread; other threads
 * may meanwhile ask how far it is and stop it.
 */
public final class Extraction {
  /** A header that claims more sound than this many times what its bytes could hold lies. */
  private static final long LEAST_BITS_PER_SECOND = 1_000;

  private final Extractor setup;
  private final Path input;
  private final ConversionOptions options;
  private final Object lock = new Object();
  private @Nullable Child child;
  private @Nullable RuntimeException stopped;
  private volatile Duration done = Duration.ZERO;
  private volatile Optional<Duration> total = Optional.empty();
  private volatile @Nullable Instant started;

  Extraction(Extractor setup, Path input, ConversionOptions options) {
    this.setup = setup;
    this.input = input.toAbsolutePath();
    this.options = options;
  }

  /**
   * Makes the MP3. The file appears whole or not at all; an older one of that name is replaced.
   *
   * @throws Refusal when the file can not be converted as wished, with cause and place
   * @throws Outage when a part of this machine fails: no ffmpeg, no room on the disk
   * @throws RuntimeException the reason given to {@link #stop}
   */
  public Extracted run(Path output) {
    started = setup.clock().instant();
    Path target = output.toAbsolutePath();
    Path part = target.resolveSibling(".tapedeck-" + UUID.randomUUID() + ".part");
    try {
      Extracted made = extract(part);
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
      return made.at(target);
    } catch (IOException e) {
      throw stopReason().orElseGet(() -> diskFault(e));
    } finally {
      deleteQuietly(part);
    }
  }

  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // It lies in a scratch folder; whoever owns that empties it.
    }
  }

  private static RuntimeException diskFault(IOException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("No space left")
        ? new Outage(Code.DISK_FULL, message, e)
        : new Outage("reading or writing a file failed: " + e, e);
  }

  /**
   * Ends it at once: the child is killed, and {@link #run} throws the reason. Without effect when
   * it has ended; the first reason counts.
   */
  public void stop(RuntimeException reason) {
    synchronized (lock) {
      if (stopped == null) {
        stopped = reason;
      }
      if (child != null) {
        child.kill();
      }
    }
  }

  /** How far it is, for showing; 0 while its length is not known. */
  public Progress progress() {
    Duration sound = done;
    Instant since = started;
    double seconds = sound.toMillis() / 1000.0;
    double worked =
        since == null ? 0 : Duration.between(since, setup.clock().instant()).toMillis() / 1000.0;
    double fraction = total.map(all -> seconds * 1000 / Math.max(1, all.toMillis())).orElse(0.0);
    return new Progress(Math.min(1, fraction), worked > 0.05 ? seconds / worked : 0);
  }

  /** How much sound has been taken out; grows as long as it moves. */
  public Duration done() {
    return done;
  }

  private Extracted extract(Path part) throws IOException {
    if (!Files.isRegularFile(input)) {
      throw new Refusal(Code.NOT_FOUND, "there is no file " + input.getFileName());
    }
    Container container = Container.of(input);
    Arguments arguments = new Arguments(input, container, options, setup.limits());
    try (Child decoder = start(arguments)) {
      Matroska pcm = new Matroska(decoder.output());
      Matroska.Header header = pcm.header();
      Optional<Report.Stream> source = decoder.report().chosen();
      Ffmpeg.requireNew(decoder.report().banner());
      if (source.isPresent() && copies(source.get())) {
        decoder.kill();
        return copy(arguments, part, decoder.report());
      }
      if (header.rate() == 0) {
        await(decoder);
        throw stopReason().orElseGet(() -> Diagnosis.nothing(decoder.report(), options));
      }
      return encode(decoder, pcm, header, part);
    }
  }

  private boolean copies(Report.Stream source) {
    return source.codec().equals("mp3")
        && options.copy()
        && options.start().isZero()
        && options.end().isEmpty()
        && !options.mono()
        && options.loudness().isEmpty()
        && options.quality().equals(Quality.DEFAULT);
  }

  private Extracted encode(Child decoder, Matroska pcm, Matroska.Header header, Path part)
      throws IOException {
    Report report = decoder.report();
    Optional<Duration> claimed = credible(report.duration());
    total = claimed.map(this::chosenPart);
    refuseTooLong(total.orElse(Duration.ZERO));
    Timeline timeline = new Timeline(header.rate(), total.orElse(Duration.ofMinutes(10)));
    try (Encoding encoding =
        new Encoding(setup, header.rate(), header.channels(), options.quality(), part)) {
      boolean more = true;
      while (more) {
        place(pcm, header.channels(), timeline, encoding);
        more = advance(timeline.length(), pcm);
      }
      writeSilence(timeline.end(), 4 * header.channels(), encoding);
      await(decoder);
      encoding.finish();
    }
    Optional<RuntimeException> reason = stopReason();
    if (reason.isPresent()) {
      throw reason.get();
    }
    return Extracted.of(
        part, timeline.length(), false, Diagnosis.warnings(report, timeline, claimed, options));
  }

  private boolean advance(Duration length, Matroska pcm) throws IOException {
    done = length;
    refuseTooLong(length);
    Instant since = started;
    if (since != null
        && Duration.between(since, setup.clock().instant()).compareTo(setup.limits().longestWork())
            > 0) {
      throw new Refusal(
          Code.CONVERSION_TIMEOUT,
          "it took longer than " + Diagnosis.time(setup.limits().longestWork()));
    }
    return pcm.next();
  }

  private static void place(Matroska pcm, int channels, Timeline timeline, Encoding encoding)
      throws IOException {
    int frameBytes = 4 * channels;
    int count = pcm.length() / frameBytes;
    long silence = timeline.place(pcm.millis(), count);
    writeSilence(silence, frameBytes, encoding);
    int skip = (int) Math.max(0, -silence);
    encoding.write(pcm.bytes(), skip * frameBytes, (count - skip) * frameBytes);
  }

  private static void writeSilence(long frames, int frameBytes, Encoding encoding)
      throws IOException {
    byte[] nothing = new byte[frameBytes * 1024];
    for (long left = frames; left > 0; left -= 1024) {
      encoding.write(nothing, 0, (int) Math.min(left, 1024) * frameBytes);
    }
  }

  private Extracted copy(Arguments arguments, Path part, Report report) throws IOException {
    total = credible(report.duration());
    refuseTooLong(total.orElse(Duration.ZERO));
    try (Child copier = start(arguments.copying())) {
      return Copying.run(copier, part, length -> done = length);
    }
  }

  private void refuseTooLong(Duration length) {
    if (length.compareTo(setup.limits().longestSound()) > 0) {
      throw new Refusal(
          Code.TOO_LONG,
          "it lasts "
              + Diagnosis.time(length)
              + " or more; at most "
              + Diagnosis.time(setup.limits().longestSound())
              + " is accepted");
    }
  }

  private Optional<Duration> credible(Optional<Duration> claimed) throws IOException {
    long bits = Files.size(input) * 8;
    return claimed.filter(
        length -> !length.isZero() && bits / LEAST_BITS_PER_SECOND >= length.toSeconds());
  }

  private Duration chosenPart(Duration whole) {
    Duration end = options.end().filter(at -> at.compareTo(whole) < 0).orElse(whole);
    Duration length = end.minus(options.start());
    return length.isNegative() ? Duration.ZERO : length;
  }

  private Child start(Arguments arguments) {
    synchronized (lock) {
      if (stopped != null) {
        throw stopped;
      }
      Child started = setup.ffmpeg().start(arguments.toList());
      child = started;
      return started;
    }
  }

  private Optional<RuntimeException> stopReason() {
    synchronized (lock) {
      return Optional.ofNullable(stopped);
    }
  }

  private void await(Child decoder) {
    try {
      decoder.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Outage("interrupted", e);
    }
  }
}
