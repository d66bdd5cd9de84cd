package io.tapedeck.extraction;

import io.tapedeck.ffmpeg.Ffmpeg;
import io.tapedeck.ffmpeg.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Media for the tests, made with the real ffmpeg. */
final class Media {
  /** The reactor's root: Maven runs tests in the module's folder. */
  static final Path PROJECT = Path.of("").toAbsolutePath().getParent();

  /** What is under test; {@code -Dtapedeck.ffmpeg} names another, such as the small one. */
  static final Ffmpeg FFMPEG = Ffmpeg.find(Optional.empty(), System.getenv("PATH"));

  static final Extractor EXTRACTOR =
      new Extractor(FFMPEG, new Engine(Optional.empty()), Limits.GENEROUS, Clock.systemUTC());

  private Media() {}

  /** Runs ffmpeg with these arguments and returns what it wrote to its output. */
  static byte[] ffmpeg(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("ffmpeg", "-v", "error", "-nostdin", "-y"));
    command.addAll(List.of(arguments));
    return run(command);
  }

  private static byte[] run(List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.PIPE).start();
    StringBuilder errors = new StringBuilder();
    Thread listener =
        Thread.ofPlatform()
            .start(() -> {
              try (InputStream in = process.getErrorStream()) {
                errors.append(new String(in.readAllBytes(), StandardCharsets.UTF_8));
              } catch (IOException e) {
                errors.append(e);
              }
            });
    byte[] output = process.getInputStream().readAllBytes();
    listener.join();
    if (process.waitFor() != 0) {
      throw new IOException(command + "\n" + errors);
    }
    return output;
  }

  /** How long a file's first audio track is once decoded. */
  static double decodedSeconds(Path file) throws IOException, InterruptedException {
    return ffmpeg("-i", file.toString(), "-ac", "1", "-ar", "48000", "-f", "s16le", "pipe:1").length
        / 96_000.0;
  }

  /** A small video whose audio is a lavfi source in the given codec. */
  static Path video(Path folder, String name, String audio, String codec) throws Exception {
    Path file = folder.resolve(name);
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "testsrc=d=1:s=64x48:r=10",
        "-f",
        "lavfi",
        "-i",
        audio,
        "-c:v",
        "mpeg4",
        "-c:a",
        codec,
        file.toString());
    return file;
  }

  /** One value ffprobe tells of a file. */
  static String probe(Path file, String entry) throws IOException, InterruptedException {
    return probeAll(
            file, "-select_streams", "a:0", "-show_entries", entry, "-of", "default=nk=1:nw=1")
        .strip();
  }

  /** What ffprobe tells when asked like this. */
  static String probeAll(Path file, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add("ffprobe");
    command.addAll(List.of("-v", "error"));
    command.addAll(List.of(arguments));
    command.add(file.toString());
    return new String(run(command), StandardCharsets.UTF_8);
  }

  /** The decoded audio, first channel of it only. */
  static float[] samples(Path file) throws IOException, InterruptedException {
    byte[] bytes = ffmpeg("-i", file.toString(), "-af", "pan=mono|c0=c0", "-f", "f32le", "pipe:1");
    float[] samples = new float[bytes.length / 4];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(samples);
    return samples;
  }

  static double peak(Path file) throws IOException, InterruptedException {
    double peak = 0;
    for (float sample : samples(file)) {
      peak = Math.max(peak, Math.abs(sample));
    }
    return peak;
  }

  static int firstAbove(float[] samples, float level) {
    int i = 0;
    while (Math.abs(samples[i]) < level) {
      i++;
    }
    return i;
  }

  /** Correlation of two stretches: 1 when one is the other, whatever their level. */
  static double likeness(float[] a, int fromA, float[] b, int fromB, int length) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < length; i++) {
      ab += a[fromA + i] * b[fromB + i];
      aa += a[fromA + i] * a[fromA + i];
      bb += b[fromB + i] * b[fromB + i];
    }
    return ab / Math.sqrt(aa * bb);
  }

  /** Integrated loudness in LUFS by ffmpeg's own meter. */
  static double loudness(Path file) throws IOException, InterruptedException {
    List<String> command =
        List.of(
            "sh",
            "-c",
            "\"$0\" -nostdin -hide_banner -i \"$1\" -af ebur128=framelog=verbose -f null - 2>&1",
            "ffmpeg",
            file.toString());
    String text = new String(run(command), StandardCharsets.UTF_8);
    return Double.parseDouble(text.replaceAll("(?s).* I: +(-?[0-9.]+) LUFS.*", "$1"));
  }

  static String sha256(Path file) throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    return HexFormat.of().formatHex(digest);
  }
}
