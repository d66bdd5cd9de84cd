package io.tapedeck.extraction;

import io.tapedeck.core.ConversionOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;

/**
 * A media file and what is asked of it, all drawn from one seed.
 *
 * @param seconds of audio
 * @param pictures whether pictures stand beside the audio, and how many are B-frames
 * @param late seconds by which the audio begins after the pictures
 * @param tracks audio tracks; the last one is converted
 * @param start of the part, seconds; 0 if the whole file is converted
 * @param end of the part, if it is not the file's
 * @param batch whether the file is converted together with another
 */
record Draw(
    long seed,
    DrawnFormat format,
    int rate,
    int channels,
    double seconds,
    Pictures pictures,
    double late,
    int tracks,
    List<DrawnFault> faults,
    double start,
    OptionalDouble end,
    boolean batch) {
  enum Pictures {
    NONE,
    PLAIN,
    B_FRAMES
  }

  static Draw of(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    DrawnFormat format = DrawnFormat.ALL.get(random.nextInt(DrawnFormat.ALL.size()));
    int rate = format.rates().get(random.nextInt(format.rates().size()));
    int channels = random.nextInt(8) == 0 ? format.mostChannels() : 1 + random.nextInt(2);
    double seconds = round(random.nextDouble(1, 8));
    Pictures pictures =
        format.pictures().isEmpty() ? Pictures.NONE : Pictures.values()[random.nextInt(3)];
    boolean late = pictures != Pictures.NONE && random.nextInt(4) == 0;
    boolean two = !format.pictures().isEmpty() && flvHasOne(format) && random.nextInt(6) == 0;
    List<DrawnFault> faults = faults(random, format, seconds);
    double start = random.nextInt(4) == 0 ? round(random.nextDouble(0, seconds)) : 0;
    boolean ends = random.nextInt(4) == 0;
    return new Draw(
        seed,
        format,
        rate,
        Math.min(channels, format.mostChannels()),
        seconds,
        pictures,
        late ? round(random.nextDouble(0.1, 3)) : 0,
        two ? 2 : 1,
        faults,
        start,
        ends ? OptionalDouble.of(round(start + random.nextDouble(0.3, 6))) : OptionalDouble.empty(),
        random.nextInt(6) == 0);
  }

  private static boolean flvHasOne(DrawnFormat format) {
    return !format.extension().equals("flv");
  }

  private static List<DrawnFault> faults(
      SplittableRandom random, DrawnFormat format, double seconds) {
    List<DrawnFault> faults = new ArrayList<>();
    if (format.timed() && random.nextInt(2) == 0) {
      faults.add(ofTimes(random, seconds));
      if (random.nextInt(3) == 0) {
        faults.add(ofTimes(random, seconds));
      }
    }
    if (format.appends() && random.nextInt(5) == 0) {
      faults.add(new DrawnFault.Appended(round(random.nextDouble(1, 4))));
    }
    if (random.nextInt(3) == 0) {
      faults.add(ofBytes(random, format));
    }
    return List.copyOf(faults);
  }

  private static DrawnFault ofTimes(SplittableRandom random, double seconds) {
    return switch (random.nextInt(7)) {
      case 0 -> new DrawnFault.Jitter(random.nextInt(1, 500));
      case 1 -> new DrawnFault.Jitter(random.nextInt(500, 1500));
      case 2 -> new DrawnFault.Bursts(random.nextInt(20, 4500));
      case 3 -> new DrawnFault.OneMoment();
      case 4 -> new DrawnFault.Clock(random.nextInt(-10, 11));
      case 5 -> new DrawnFault.Anew(round(random.nextDouble(seconds / 4, seconds)));
      default ->
          new DrawnFault.Hole(
              round(random.nextDouble(0.2, seconds)), round(random.nextDouble(1, 3)));
    };
  }

  private static DrawnFault ofBytes(SplittableRandom random, DrawnFormat format) {
    return switch (random.nextInt(format.resyncs() ? 5 : 4)) {
      case 0, 1 -> new DrawnFault.CutOff(round(random.nextDouble(0.05, 1)));
      case 2 -> new DrawnFault.Flipped(random.nextInt(1, 30), round(random.nextDouble(0, 0.9)));
      case 3 -> new DrawnFault.Behind(random.nextInt(1, 5_000));
      default -> new DrawnFault.Before(random.nextInt(1, 1_000));
    };
  }

  private static double round(double seconds) {
    return Math.round(seconds * 1000) / 1000.0;
  }

  boolean has(Class<? extends DrawnFault> kind) {
    return faults.stream().anyMatch(kind::isInstance);
  }

  ConversionOptions options() {
    Options options = Options.of().encode().track(tracks).start(duration(start));
    end.ifPresent(at -> options.end(duration(at)));
    return options.build();
  }

  private static Duration duration(double seconds) {
    return Duration.ofMillis(Math.round(seconds * 1000));
  }

  boolean isPart() {
    return start > 0 || end.isPresent();
  }

  /** The same without a part. */
  Draw whole() {
    return new Draw(
        seed,
        format,
        rate,
        channels,
        seconds,
        pictures,
        late,
        tracks,
        faults,
        0,
        OptionalDouble.empty(),
        batch);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("draw " + seed + ": " + seconds + " s of " + format);
    text.append(", " + rate + " Hz, " + channels + " channels");
    text.append(pictures == Pictures.NONE ? "" : ", pictures " + pictures);
    text.append(late == 0 ? "" : ", audio late by " + late + " s");
    text.append(tracks == 1 ? "" : ", second track");
    text.append(faults.isEmpty() ? "" : ", " + faults);
    text.append(isPart() ? ", part from " + start : "");
    end.ifPresent(at -> text.append(" to " + at));
    return text.append(batch ? ", in a batch" : "").toString();
  }
}
