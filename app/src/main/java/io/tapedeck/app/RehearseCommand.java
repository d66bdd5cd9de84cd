package io.tapedeck.app;

import io.tapedeck.core.Outage;
import io.tapedeck.logging.LogLines;
import io.tapedeck.settings.Settings;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.event.Level;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Runs the most frequent actions once, so that the JVM can keep what it loaded and compiled for the
 * next start. The launcher runs it after a build.
 */
@Command(name = "rehearse", hidden = true)
final class RehearseCommand implements Callable<Integer> {
  private static final int RATE = 44_100;
  private static final int SECONDS = 4;
  private static final String PERSON =
      "{\"email\":\"ada@example.org\",\"password\":\"nobody will ever type this\"}";

  @Parameters(paramLabel = "DIR", description = "An empty folder.")
  private Path folder = Path.of(".");

  @Option(names = "--convert", description = "Only what convert does.")
  private boolean onlyConvert;

  @Override
  public Integer call() {
    LogLines.configure(LogLines.Format.TEXT, Level.ERROR);
    try {
      Path tone = Files.write(folder.resolve("tone.wav"), wave());
      Path other = Files.copy(tone, folder.resolve("other.wav"));
      int converted = Main.run("convert", "--json", tone.toString(), other.toString());
      Main.run("convert", "--force", tone.toString());
      Main.run("convert", folder.resolve("missing.mp4").toString());
      if (!onlyConvert) {
        serve(Files.readAllBytes(tone));
      }
      return converted;
    } catch (IOException e) {
      throw new Outage("cannot rehearse in " + folder + ": " + e, e);
    }
  }

  private void serve(byte[] tone) throws IOException {
    Map<String, String> flags =
        Map.of("server.port", "0", "data", folder.resolve("data").toString());
    Settings settings = Settings.read(flags, Map.of(), Optional.empty());
    try (Platform platform = Platform.start(settings, Clock.systemUTC())) {
      URI at = platform.web().uri();
      ServeCommand.greet(settings, platform, System.out);
      request(at.resolve("/"), Map.of(), new byte[0]);
      request(at.resolve("/v1/limits"), Map.of(), new byte[0]);
      Map<String, String> json = Map.of("Content-Type", "application/json");
      request(at.resolve("/v1/accounts"), json, ascii(PERSON));
      String session = request(at.resolve("/v1/sessions"), json, ascii(PERSON));
      String token = session.replaceFirst("(?s).*\"accessToken\":\"([^\"]+)\".*", "$1");
      String bearer = "Bearer " + token;
      String form = "multipart/form-data; boundary=b";
      String made =
          request(
              at.resolve("/v1/conversions"),
              Map.of("Content-Type", form, "Authorization", bearer),
              form(tone));
      String id = made.replaceFirst("(?s).*\"id\":\"([^\"]+)\".*", "$1");
      Map<String, String> who = Map.of("Authorization", bearer);
      request(at.resolve("/v1/conversions/" + id + "?wait=20"), who, new byte[0]);
      request(at.resolve("/v1/conversions"), who, new byte[0]);
      request(at.resolve("/v1/conversions/" + id + "/mp3"), who, new byte[0]);
      request(platform.admin().uri().resolve("/readyz"), Map.of(), new byte[0]);
      request(platform.admin().uri().resolve("/metrics"), Map.of(), new byte[0]);
    }
  }

  /** Sends GET without a body, else POST; returns the answer as text, whatever its status. */
  private static String request(URI at, Map<String, String> headers, byte[] body)
      throws IOException {
    HttpURLConnection connection = (HttpURLConnection) at.toURL().openConnection();
    headers.forEach(connection::setRequestProperty);
    if (body.length > 0) {
      connection.setDoOutput(true);
      connection.getOutputStream().write(body);
    }
    try (var answer =
        connection.getResponseCode() < 400
            ? connection.getInputStream()
            : connection.getErrorStream()) {
      return answer == null ? "" : new String(answer.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static byte[] form(byte[] file) {
    byte[] head =
        ascii(
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"tone.wav\"\r\n\r\n");
    byte[] tail = ascii("\r\n--b--\r\n");
    return ByteBuffer.allocate(head.length + file.length + tail.length)
        .put(head)
        .put(file)
        .put(tail)
        .array();
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
