package io.tapedeck.extraction;

import io.tapedeck.core.Code;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Track;
import io.tapedeck.ffmpeg.AudioTrack;
import io.tapedeck.ffmpeg.FfmpegLog;
import io.tapedeck.media.ChosenPart;
import io.tapedeck.media.MovieIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Explains in plain words what ffmpeg found wrong with a file. */
final class Diagnosis {
  /** The warning for damage that left no gap. */
  static final String SOMEWHERE = "parts of the audio are damaged";

  /** The warning for a mix to mono in which the sides cancel each other out. */
  static final String OPPOSED =
      "left and right are opposed, so nearly nothing is left of them in mono; take one of them, left or right";

  private static final int SHOWN_GAPS = 5;

  /** Lines of complaint from a decoder about a single thing that is not a frame. */
  private static final int ERRORS_OF_A_TAG = 4;

  private Diagnosis() {}

  /** Why a file gave no audio at all. */
  static Refusal nothing(FfmpegLog report, ConversionOptions options, Path input)
      throws IOException {
    List<String> errors =
        report.errors().stream().map(error -> error.replace("file:" + input, "the file")).toList();
    int tracks = report.audio().size();
    boolean unnamed =
        tracks == 0 || report.chosen().filter(track -> track.codec().equals("none")).isPresent();
    boolean silent = errors.isEmpty() || says(errors, "broken header", "error reading header");
    List<Duration> claimed = MovieIndex.audioTracks(input);
    if ((unnamed || silent)
        && options.start().isZero()
        && claimed.stream().anyMatch(Duration::isPositive)) {
      return new Refusal(
          Code.UNREADABLE_MEDIA,
          "its index is damaged: it names audio of "
              + time(claimed.getFirst())
              + ", but not where in the file or in which format");
    }
    if (says(errors, "matches no streams")) {
      return tracks == 0
          ? new Refusal(Code.NO_AUDIO_TRACK, "the file was read, and none of its tracks is audio")
          : AudioTrack.notFound(options.track(), report.tracks());
    }
    if (says(errors, "Format not on whitelist")) {
      return new Refusal(
          Code.UNSUPPORTED_CONTAINER, "it begins like one kind of file and goes on like another");
    }
    if (says(errors, "opening decoder for input stream", "Decoder (codec", "Decoding requested")) {
      String codec =
          report
              .chosen()
              .map(FfmpegLog.Stream::name)
              .filter(name -> !name.equals("none"))
              .orElse("of an unknown kind");
      return new Refusal(
          Code.UNSUPPORTED_CODEC,
          "the audio of track " + options.track().toText() + " is " + codec);
    }
    if (says(errors, "moov atom not found")) {
      return new Refusal(
          Code.UNREADABLE_MEDIA, "the index of the file is missing: its end was cut off");
    }
    if (report.chosen().isPresent() && !options.start().isZero()) {
      String length = report.duration().map(l -> "; the file ends at " + time(l)).orElse("");
      return new Refusal(
          Code.NOTHING_IN_RANGE, "the part begins at " + time(options.start()) + length);
    }
    if (report.chosen().isPresent() && errors.isEmpty()) {
      return new Refusal(
          Code.NO_AUDIO_TRACK,
          "track " + options.track().toText() + " is there but holds no audio");
    }
    return new Refusal(Code.UNREADABLE_MEDIA, plain(errors));
  }

  /** ffmpeg's own words are for its developers, and can hold paths and addresses. */
  private static String plain(List<String> errors) {
    if (says(errors, "Cannot allocate memory")) {
      return "it claims to need more memory than a file of its size can need";
    }
    return says(errors, "Error while decoding", "Header missing", "Error submitting packet")
        ? "it has an audio track, but nothing in it can be decoded"
        : "no audio could be read, as the structure of the file is damaged";
  }

  /** Why encrypted audio is not decoded. */
  static Refusal protectedAudio() {
    return new Refusal(Code.PROTECTED_MEDIA, "its audio is encrypted");
  }

  /** The warning for a track that is silent while the file has others. */
  static Optional<String> silent(FfmpegLog report, ConversionOptions options) {
    int track = report.mapped().map(report.audio()::indexOf).orElse(-1);
    return track < 0 || report.audio().size() < 2 || options.track() instanceof Track.Mix
        ? Optional.empty()
        : Optional.of(
            "track "
                + (track + 1)
                + " is silent; the file also has "
                + AudioTrack.list(report.tracks(), other -> other != track));
  }

  /**
   * What to tell of a part whose audio begins notably later than the part itself. A track that is
   * alone and undamaged begins with its file: what lies before is no audio.
   */
  static Optional<String> late(ChosenPart part, FfmpegLog report) {
    boolean begins = report.isAlone() && report.errorCount() == 0;
    return begins || part.audio().minus(part.start()).compareTo(Timeline.SHORTEST_GAP) < 0
        ? Optional.empty()
        : Optional.of(
            "the audio begins " + time(part.audio()) + " into the file, and the MP3 with it");
  }

  /** Why the chosen part of a file has no audio. */
  static Refusal outside(ChosenPart part, Duration end) {
    boolean before = part.end().filter(at -> at.compareTo(part.audio()) <= 0).isPresent();
    return new Refusal(
        Code.NOTHING_IN_RANGE,
        before
            ? "the part ends at "
                + time(part.end().get())
                + "; the audio begins at "
                + time(part.audio())
            : "the part begins at " + time(part.start()) + "; the file ends at " + time(end));
  }

  private static boolean says(List<String> errors, String... phrases) {
    for (String phrase : phrases) {
      if (errors.stream().anyMatch(error -> error.contains(phrase))) {
        return true;
      }
    }
    return false;
  }

  /**
   * What a person should know about audio that was extracted.
   *
   * @param origin where the audio begins in the source
   * @param trailingTag whether a tag stands behind the audio, which decoders complain about
   */
  static List<String> warnings(
      FfmpegLog report, Timeline timeline, Duration origin, boolean trailingTag) {
    List<String> warnings = new ArrayList<>();
    List<Timeline.Gap> gaps = timeline.gaps();
    boolean ofTheTag = trailingTag && gaps.isEmpty() && report.errorCount() <= ERRORS_OF_A_TAG;
    boolean damaged = report.errorCount() > 0 && !ofTheTag;
    for (Timeline.Gap gap : gaps.subList(0, Math.min(SHOWN_GAPS, gaps.size()))) {
      warnings.add(
          (damaged ? "the audio is damaged from " : "the source has no audio from ")
              + time(origin.plus(gap.from()))
              + " to "
              + time(origin.plus(gap.to())));
    }
    if (gaps.size() > SHOWN_GAPS) {
      List<Timeline.Gap> more = gaps.subList(SHOWN_GAPS, gaps.size());
      Duration sum =
          more.stream()
              .map(gap -> gap.to().minus(gap.from()))
              .reduce(Duration.ZERO, Duration::plus);
      String places = more.size() == 1 ? " more place, of " : " more places, together ";
      warnings.add("and so in " + more.size() + places + time(sum));
    }
    timeline.pieces().map(all -> pieces(all, origin)).ifPresent(warnings::add);
    if (damaged && warnings.isEmpty()) {
      warnings.add(SOMEWHERE);
    }
    timeline.drift().map(Diagnosis::drift).ifPresent(warnings::add);
    return warnings;
  }

  private static String pieces(Timeline.Pieces pieces, Duration origin) {
    return "from "
        + time(origin.plus(pieces.from()))
        + " to "
        + time(origin.plus(pieces.to()))
        + " short pieces of the audio are missing and silent, together "
        + time(pieces.sum());
  }

  private static String drift(Duration drift) {
    return "the times of the file run "
        + (drift.isNegative() ? "behind" : "ahead of")
        + " its audio, at the end by "
        + time(drift.abs())
        + "; the audio was kept unbroken, so it is that much "
        + (drift.isNegative() ? "longer" : "shorter")
        + " than the pictures";
  }

  /** A time as people write it: 00:12:31, with milliseconds where there are any. */
  static String time(Duration at) {
    String seconds =
        String.format("%02d:%02d:%02d", at.toHours(), at.toMinutesPart(), at.toSecondsPart());
    return at.toMillisPart() == 0 ? seconds : seconds + String.format(".%03d", at.toMillisPart());
  }
}
