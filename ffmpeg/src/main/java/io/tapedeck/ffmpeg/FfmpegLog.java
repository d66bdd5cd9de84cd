package io.tapedeck.ffmpeg;

import io.tapedeck.media.AudioCodec;
import io.tapedeck.tags.StreamTags;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The messages of an ffmpeg child about the file and its faults, line by line. A name in the file
 * can contain a line break and imitate any line that this class parses. So this text is untrusted:
 * its content serves only as hints and must do no harm.
 */
public final class FfmpegLog {
  /**
   * An audio or video stream of the input.
   *
   * @param index its number in the file
   * @param audio whether it is audio
   * @param codec ffmpeg's name of its format
   * @param name what people call it
   * @param track what is said of it if it is audio
   */
  public record Stream(int index, boolean audio, String codec, String name, AudioTrack track) {
    Stream titled(String title) {
      return new Stream(index, audio, codec, name, track.titled(title));
    }
  }

  /** Said of a length that comes from the bitrate at the beginning. */
  public static final String GUESS = "Estimating duration from bitrate";

  private static final int LONGEST_LINE = 2_000;
  private static final int KEPT_ERRORS = 50;
  private static final int MOST_STREAMS = 1_000;
  private static final int MOST_FORMATS = 100;
  private static final Pattern DURATION =
      Pattern.compile("^\\[info\\]   Duration: (\\d+):(\\d\\d):(\\d\\d)\\.(\\d\\d),.*");
  private static final Pattern START =
      Pattern.compile("^\\[info\\]   Duration: .*, start: (-?\\d{1,9}\\.\\d{1,6}),.*");
  private static final Pattern STREAM =
      Pattern.compile(
          "^\\[info\\]   Stream #0:(\\d+)(?:\\[\\w+\\])?(?:\\(([^ )]*)\\))?[^ ]*: (Audio|Video): (\\w+)(.*)$");
  private static final Pattern TRACK_LENGTH =
      Pattern.compile(
          "^\\[info\\]       DURATION(?:-\\w+)? *: (\\d+):(\\d\\d):(\\d\\d)\\.(\\d\\d)\\d*$");
  private static final Pattern TITLE = Pattern.compile("^\\[info\\] {7}title +: (.*)$");
  private static final Pattern MAPPING =
      Pattern.compile("^\\[info\\]   Stream #0:(\\d+) (?:-> #0:0|\\([^)]*\\) -> \\w).*$");
  private static final Pattern PROBLEM =
      Pattern.compile("^(?:\\[[^]]*\\] )?\\[(error|fatal)\\] (.*)$");

  /** What the filters get from the decoder, at the beginning and after each change. */
  private static final Pattern FORMAT =
      Pattern.compile(
          "^\\[graph[^]]*\\] \\[verbose\\] tb:.* samplerate:(\\d+) chlayout:(?:(\\d+) channels|(.*)).*$");

  private final Map<Integer, Stream> streams = new TreeMap<>();
  private final Map<Integer, Duration> lengths = new HashMap<>();
  private final List<String> errors = new ArrayList<>();
  private final List<AudioFormat> formats = new ArrayList<>();
  private final StreamTags tags = new StreamTags();
  private final CompletableFuture<Optional<Stream>> chosen = new CompletableFuture<>();
  private Optional<Duration> duration = Optional.empty();
  private Optional<Duration> start = Optional.empty();
  private String banner = "";
  private int last = -1;
  private boolean estimated;
  private int errorCount;

  /**
   * Reads until the child closes the stream.
   *
   * @param also gets each line too
   */
  public void read(InputStream from, Consumer<String> also) {
    try (InputStream in = new BufferedInputStream(from)) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int b = in.read(); b >= 0; b = in.read()) {
        if (b == '\n' || b == '\r') {
          accept(line.toString(StandardCharsets.UTF_8));
          also.accept(line.toString(StandardCharsets.UTF_8));
          line.reset();
        } else if (line.size() < LONGEST_LINE) {
          line.write(b);
        }
      }
      accept(line.toString(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // The child was killed; its messages end here.
    } finally {
      chosen.complete(Optional.empty());
    }
  }

  /** Takes one line. */
  public synchronized void accept(String line) {
    tags.accept(line);
    Matcher stream = STREAM.matcher(line);
    Matcher mapping = MAPPING.matcher(line);
    Matcher title = TITLE.matcher(line);
    Matcher length = DURATION.matcher(line);
    Matcher trackLength = TRACK_LENGTH.matcher(line);
    Matcher problem = PROBLEM.matcher(line);
    Matcher format = FORMAT.matcher(line);
    Matcher begin = START.matcher(line);
    if (begin.matches() && start.isEmpty()) {
      start = Optional.of(Duration.ofNanos(Math.round(Double.parseDouble(begin.group(1)) * 1e9)));
    }
    if (banner.isEmpty() && line.contains("ffmpeg version")) {
      banner = line;
    } else if (stream.matches() && !chosen.isDone() && streams.size() < MOST_STREAMS) {
      add(stream);
    } else if (title.matches() && !chosen.isDone()) {
      streams.computeIfPresent(last, (index, of) -> of.titled(title.group(1)));
    } else if (mapping.matches()) {
      chosen.complete(Optional.ofNullable(streams.get(number(mapping.group(1)))));
    } else if (length.matches() && duration.isEmpty()) {
      duration = Optional.of(time(length));
    } else if (trackLength.matches() && !chosen.isDone()) {
      lengths.putIfAbsent(last, time(trackLength));
    } else if (problem.matches() && !isOnPurpose(line) && !isAheadOfChain(line)) {
      errorCount++;
      if (errors.size() < KEPT_ERRORS) {
        errors.add(problem.group(2).strip());
      }
    } else if (line.contains(GUESS)) {
      estimated = true;
    } else if (format.matches() && formats.size() < MOST_FORMATS) {
      formats.add(format(format));
    }
  }

  /**
   * Whether the line is no fault: it is about decoders that we forbid on purpose, those of
   * pictures, about a picture itself, about a chapter's times, or about the number -1, by which
   * some demuxers (GXF) report the end of the file.
   */
  public static boolean isOnPurpose(String line) {
    return line.contains("not on whitelist '")
        || line.endsWith(": Operation not permitted")
        || line.contains("] Chapter end time ")
        || StreamTags.isUnknownPicture(line);
  }

  /** When it looks for the length of chained Ogg, ffmpeg finds the next stream before its time. */
  private boolean isAheadOfChain(String line) {
    return !chosen.isDone() && line.endsWith("] failed to create or replace stream");
  }

  private static AudioFormat format(Matcher line) {
    int channels =
        line.group(2) != null
            ? number(line.group(2))
            : switch (line.group(3)) {
              case "mono" -> 1;
              case "stereo", "downmix" -> 2;
              default -> 3; // or more
            };
    return new AudioFormat(number(line.group(1)), channels);
  }

  private void add(Matcher line) {
    String rest = line.group(5);
    String language = line.group(2) == null ? "" : line.group(2);
    boolean audio = line.group(3).equals("Audio");
    String name = AudioCodec.people(line.group(4), rest);
    last = number(line.group(1));
    streams.put(
        last, new Stream(last, audio, line.group(4), name, AudioTrack.of(language, name, rest)));
  }

  private static int number(String digits) {
    return digits.length() > 6 ? 999_999 : Integer.parseInt(digits);
  }

  private static Duration time(Matcher m) {
    return Duration.ofHours(number(m.group(1)))
        .plusMinutes(number(m.group(2)))
        .plusSeconds(number(m.group(3)))
        .plusMillis(10L * number(m.group(4)));
  }

  /** The stream whose audio the child delivers; waits until the child names it or ends. */
  public Optional<Stream> chosen() {
    return chosen.join();
  }

  /** The same stream, if it is known by now; does not wait. */
  public Optional<Stream> mapped() {
    return chosen.getNow(Optional.empty());
  }

  public synchronized List<Stream> audio() {
    return streams.values().stream().filter(Stream::audio).toList();
  }

  /** The audio tracks in their order. */
  public List<AudioTrack> tracks() {
    return audio().stream().map(Stream::track).toList();
  }

  /** What is right by these messages of a child; empty if its decoding is. */
  public synchronized Optional<Decoding> corrected(Decoding how) {
    return how.corrected(tracks(), formats);
  }

  /** The pictures of the file, the front cover first. */
  public synchronized List<StreamTags.PictureStream> pictures() {
    return tags.pictures();
  }

  /** Whether there is a picture of a kind that ffmpeg does not know. */
  public synchronized boolean hasUnknownPicture() {
    return tags.hasUnknownPicture();
  }

  /** The language of the chosen stream by ISO 639-2; empty if the file does not say it. */
  public String language() {
    return chosen().map(this::language).orElse("");
  }

  private synchronized String language(Stream stream) {
    return tags.language(stream.index());
  }

  /** The length that the file's header claims, or ffmpeg's guess. */
  public synchronized Optional<Duration> duration() {
    return duration;
  }

  /** The length that the file itself states; ffmpeg's guess from size and bitrate is none. */
  public synchronized Optional<Duration> stated() {
    return estimated ? Optional.empty() : duration;
  }

  /** The time that ffmpeg takes for the file's beginning. */
  public synchronized Optional<Duration> start() {
    return start;
  }

  /**
   * The length that the header claims for the chosen track: its own, or that of the file if nothing
   * else is in it. Pictures or other audio may be longer.
   */
  public synchronized Optional<Duration> trackLength() {
    return mapped()
        .map(stream -> lengths.get(stream.index()))
        .or(() -> stated().filter(length -> isAlone()));
  }

  /** Whether the file has one audio track, and nothing else that plays. */
  public synchronized boolean isAlone() {
    return streams.size() - tags.pictures().size() == 1;
  }

  /** The formats of the decoded audio so far, in their order; more than one if they changed. */
  public synchronized List<AudioFormat> formats() {
    return List.copyOf(formats);
  }

  public synchronized String banner() {
    return banner;
  }

  /** The first errors, without those about decoders that we forbid on purpose. */
  public synchronized List<String> errors() {
    return List.copyOf(errors);
  }

  public synchronized int errorCount() {
    return errorCount;
  }
}
