package io.tapedeck.converter;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Media for the tests, made with the real ffmpeg. */
final class Media {
  /** The reactor's root: Maven runs tests in the module's folder. */
  static final Path PROJECT = Path.of("").toAbsolutePath().getParent();

  static final Ffmpeg FFMPEG = Ffmpeg.find(Optional.empty(), System.getenv("PATH"));
  static final Extractor EXTRACTOR =
      new Extractor(FFMPEG, new Engine(Optional.empty()), Limits.GENEROUS, Clock.systemUTC());

  private Media() {}

  /** Runs ffmpeg with these arguments and returns what it wrote to its output. */
  static byte[] ffmpeg(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of(FFMPEG.program().toString(), "-v", "error", "-nostdin", "-y"));
    command.addAll(List.of(arguments));
    return run(command);
  }

  private static byte[] run(List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.PIPE).start();
    StringBuilder errors = new StringBuilder();
    Thread listener =
        Thread.ofVirtual()
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

  /** How long a file's first sound track is once decoded. */
  static double decodedSeconds(Path file) throws IOException, InterruptedException {
    return ffmpeg("-i", file.toString(), "-ac", "1", "-ar", "48000", "-f", "s16le", "pipe:1").length
        / 96_000.0;
  }
}
