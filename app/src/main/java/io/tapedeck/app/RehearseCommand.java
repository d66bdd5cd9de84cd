package io.tapedeck.app;

import io.tapedeck.core.Outage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Parameters;

/**
 * Does once what people do most, so that the JVM can keep what it loaded and compiled for the next
 * start. The launcher runs it after a build.
 */
@Command(name = "rehearse", hidden = true)
final class RehearseCommand implements Callable<Integer> {
  private static final int RATE = 44_100;
  private static final int SECONDS = 4;

  @Parameters(paramLabel = "DIR", description = "An empty folder.")
  private Path folder = Path.of(".");

  @Override
  public Integer call() {
    try {
      Path tone = Files.write(folder.resolve("tone.wav"), wave());
      Path other = Files.copy(tone, folder.resolve("other.wav"));
      return Main.run("convert", "--json", tone.toString(), other.toString()) == ExitCode.OK
          ? Main.run("convert", "--force", tone.toString())
          : ExitCode.SOFTWARE;
    } catch (IOException e) {
      throw new Outage("cannot rehearse in " + folder + ": " + e, e);
    }
  }

  /** Some seconds of two tones as a WAV file, 16 bit stereo. */
  private static byte[] wave() {
    int bytes = 4 * RATE * SECONDS;
    ByteBuffer file = ByteBuffer.allocate(44 + bytes).order(ByteOrder.LITTLE_ENDIAN);
    file.put(ascii("RIFF")).putInt(36 + bytes).put(ascii("WAVEfmt ")).putInt(16);
    file.putShort((short) 1).putShort((short) 2).putInt(RATE).putInt(4 * RATE);
    file.putShort((short) 4).putShort((short) 16).put(ascii("data")).putInt(bytes);
    for (int i = 0; i < RATE * SECONDS; i++) {
      file.putShort((short) (9000 * Math.sin(2 * Math.PI * 440 * i / RATE)));
      file.putShort((short) (9000 * Math.sin(2 * Math.PI * 554 * i / RATE)));
    }
    return file.array();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
