package io.tapedeck.contracts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Small real media, made by ffmpeg from its own test sources: tones and moving test pictures. */
public final class Media {
  private Media() {}

  /**
   * A video with a moving picture and a 440 Hz tone; the file's ending chooses the container.
   *
   * @param seconds its length
   * @param options more ffmpeg options for the output, such as {@code "-metadata", "title=x"}
   * @return the path
   */
  public static Path video(Path path, double seconds, String... options) {
    List<String> arguments = new ArrayList<>(picture(seconds));
    arguments.addAll(tone(seconds));
    arguments.add("-shortest");
    arguments.addAll(List.of(options));
    return make(path, arguments.toArray(String[]::new));
  }

  /** A video without any audio track. */
  public static Path silentVideo(Path path, double seconds) {
    return make(path, picture(seconds).toArray(String[]::new));
  }

  /** A file with a 440 Hz tone only; the ending chooses the container and codec. */
  public static Path audio(Path path, double seconds, String... options) {
    List<String> arguments = new ArrayList<>(tone(seconds));
    arguments.addAll(List.of(options));
    return make(path, arguments.toArray(String[]::new));
  }

  /** What ffmpeg writes into a pipe when it is run with these arguments. */
  public static byte[] piped(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("pipe:1");
    return run(all, ProcessBuilder.Redirect.INHERIT);
  }

  /** Runs ffmpeg with these arguments and the path as its output. */
  public static Path make(Path path, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add(path.toString());
    run(all, ProcessBuilder.Redirect.PIPE);
    return path;
  }

  private static byte[] run(List<String> arguments, ProcessBuilder.Redirect errors) {
    List<String> command =
        new ArrayList<>(List.of("ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", "-y"));
    command.addAll(arguments);
    try {
      boolean together = errors.equals(ProcessBuilder.Redirect.PIPE);
      Process ffmpeg =
          new ProcessBuilder(command).redirectErrorStream(together).redirectError(errors).start();
      byte[] said = ffmpeg.getInputStream().readAllBytes();
      if (ffmpeg.waitFor() != 0) {
        throw new IllegalStateException(
            "ffmpeg failed: " + command + ": " + new String(said, StandardCharsets.UTF_8));
      }
      return said;
    } catch (IOException e) {
      throw new UncheckedIOException("ffmpeg is needed to make media for tests", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + command, e);
    }
  }

  private static List<String> picture(double seconds) {
    return List.of("-f", "lavfi", "-i", "testsrc2=size=160x90:rate=10:duration=" + seconds);
  }

  private static List<String> tone(double seconds) {
    return List.of("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=44100:duration=" + seconds);
  }
}
