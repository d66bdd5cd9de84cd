package io.tapedeck.extraction;

import io.tapedeck.mp3.FrameHeader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Decoded audio. */
final class HeardAudio {
  private static final double WINDOW = 0.2;
  private static final double SHORTEST_WINDOW = 0.03;

  /** A window of this level or less is silent. */
  private static final double SILENT = 0.002;

  /** Decoders of damaged audio give samples that no MP3 can hold. */
  private static final float WILD = 1.2f;

  /** Of all channels in turn. */
  private final float[] samples;

  private final int rate;
  private final int channels;

  private HeardAudio(float[] samples, int rate, int channels) {
    this.samples = samples;
    this.rate = rate;
    this.channels = channels;
  }

  /** Decodes an MP3 that begins with one ID3 tag. */
  static HeardAudio ofMp3(Path file) throws IOException, InterruptedException {
    byte[] all = Files.readAllBytes(file);
    int tag = 10 + (all[6] << 21 | all[7] << 14 | all[8] << 7 | all[9]);
    FrameHeader header = new FrameHeader(ByteBuffer.wrap(all).getInt(tag));
    return decode(header.sampleRate(), header.channels(), "-i", "" + file);
  }

  /** Decodes with ffmpeg, whatever it complains about; the arguments begin with the input. */
  static HeardAudio decode(int rate, int channels, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("ffmpeg"));
    command.addAll(List.of("-v", "quiet", "-nostdin", "-y"));
    command.addAll(List.of(arguments));
    int output = command.contains("pipe:1") ? command.indexOf("pipe:1") : command.size();
    command.addAll(output, List.of("-ar", "" + rate, "-ac", "" + channels, "-f", "f32le"));
    if (!command.contains("pipe:1")) {
      command.add("pipe:1");
    }
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (InputStream output2 = process.getInputStream()) {
      byte[] bytes = output2.readAllBytes();
      process.waitFor();
      float[] samples = new float[bytes.length / 4 / channels * channels];
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(samples);
      return new HeardAudio(samples, rate, channels);
    }
  }

  int frames() {
    return samples.length / channels;
  }

  double seconds() {
    return (double) frames() / rate;
  }

  /** The same audio without a part; the part must be silent but for its edges. */
  HeardAudio without(Duration from, Duration to) {
    int first = Math.min(frames(), frame(from));
    int last = Math.min(frames(), frame(to));
    int edge = rate / 20;
    if (level(first + edge, last - edge) > SILENT) {
      throw new AssertionError("there is audio from " + from + " to " + to);
    }
    float[] rest = Arrays.copyOf(samples, samples.length - (last - first) * channels);
    System.arraycopy(
        samples, last * channels, rest, first * channels, samples.length - last * channels);
    return new HeardAudio(rest, rate, channels);
  }

  /** From one second to another. */
  HeardAudio part(double from, double to) {
    int first = Math.clamp(Math.round(from * rate), 0, frames());
    int last = Math.clamp(Math.round(to * rate), first, frames());
    return new HeardAudio(
        Arrays.copyOfRange(samples, first * channels, last * channels), rate, channels);
  }

  /** Without what is above 16 kHz: no MP3 keeps the noise there that a damaged file decodes to. */
  HeardAudio audible() {
    int width = Math.max(1, Math.round(rate / 16_000f));
    float[] low = new float[samples.length];
    for (int i = 0; i < low.length; i++) {
      for (int before = 0; before < width && i >= before * channels; before++) {
        low[i] += samples[i - before * channels] / width;
      }
    }
    return new HeardAudio(low, rate, channels);
  }

  private int frame(Duration at) {
    return (int) (at.toMillis() * rate / 1000);
  }

  private double level(int from, int to) {
    double sum = 0;
    for (int i = from * channels; i < to * channels; i++) {
      sum += samples[i] * samples[i];
    }
    return to <= from ? 0 : Math.sqrt(sum / ((to - from) * channels));
  }

  /**
   * Where the other audio is not the same.
   *
   * @param least correlation in each window
   * @param most seconds by which the other may be shifted
   * @param joints seconds at which the other may be shifted by another bit
   */
  Optional<String> difference(HeardAudio other, double least, double most, List<Double> joints) {
    int common = Math.min(frames(), other.frames());
    TreeSet<Integer> bounds = new TreeSet<>(joints.stream().map(at -> (int) (at * rate)).toList());
    for (int at = 0; at <= common; at += (int) (rate * WINDOW)) {
      bounds.add(at);
    }
    int from = 0;
    int shift = 0;
    for (int to : bounds.headSet(common, true)) {
      if (to - from >= rate * SHORTEST_WINDOW && !isWild(from, to)) {
        boolean silent = level(from, to) <= SILENT;
        double found = silent ? 1 : likeness(other, from, shift, to - from);
        if (found < least) {
          shift = bestShift(other, from, to - from, (int) (rate * most));
          found = likeness(other, from, shift, to - from);
        }
        if (found < least || (silent && other.level(from, to) > 3 * SILENT)) {
          return Optional.of(String.format("likeness %.3f%s", found, place(from)));
        }
      }
      from = to;
    }
    return Optional.empty();
  }

  private String place(int at) {
    return String.format(" at %.3f s", (double) at / rate);
  }

  private boolean isWild(int from, int to) {
    for (int i = from * channels; i < to * channels; i++) {
      if (!(Math.abs(samples[i]) <= WILD)) { // NaN too
        return true;
      }
    }
    return false;
  }

  private int bestShift(HeardAudio other, int at, int window, int largest) {
    int best = 0;
    double most = -1;
    for (int shift = -largest; shift <= largest; shift++) {
      double now = likeness(other, at, shift, window);
      if (now > most) {
        most = now;
        best = shift;
      }
    }
    return best;
  }

  /** Correlation; parts of the window that lie outside the other audio do not count. */
  private double likeness(HeardAudio other, int at, int shift, int window) {
    int from = Math.max(0, at + shift) - shift;
    int to = Math.min(other.frames(), at + shift + window) - shift;
    return to - from < window / 2
        ? -1
        : Media.likeness(
            samples,
            from * channels,
            other.samples,
            (from + shift) * channels,
            (to - from) * channels);
  }

  int rate() {
    return rate;
  }

  int channels() {
    return channels;
  }
}
