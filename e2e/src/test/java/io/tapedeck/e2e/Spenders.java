package io.tapedeck.e2e;

import io.tapedeck.contracts.Media;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;

/**
 * Ways to spend what an account may use: disk that is promised, filled or never told, turns of the
 * converter, and e-mails.
 *
 * @param api of an account that attacks
 * @param folder for its files
 */
record Spenders(Api api, Path folder) {
  private static final String HUGE = String.valueOf(50L << 30);
  private static final long PAUSE_NANOS = 20_000_000;

  /** Once more, and again, until the attack is over. */
  @FunctionalInterface
  private interface Once {
    void run() throws IOException, InterruptedException;
  }

  /** All ways to spend. */
  Map<String, Attackers.Attacker> all() {
    Map<String, Attackers.Attacker> all = new LinkedHashMap<>();
    all.put("promises of 50 GiB without a byte", (held, over) -> again(over, this::promise));
    all.put("14 files of silence that lasts for hours", (held, over) -> silence(over));
    all.put(
        "files of five bytes, each to fail and to be told",
        (held, over) -> again(over, this::tiny));
    all.put("uploads whose length is never told", (held, over) -> again(over, () -> untold(over)));
    return all;
  }

  private void again(AtomicBoolean over, Once once) throws IOException, InterruptedException {
    while (!over.get()) {
      once.run();
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    tidy();
  }

  private void promise() throws IOException, InterruptedException {
    api.send(
        api.request("v1/uploads")
            .header("Tus-Resumable", "1.0.0")
            .header("Upload-Length", HUGE)
            .header("Upload-Metadata", "filename eC5tcDQ=")
            .POST(BodyPublishers.noBody()));
  }

  /** Each decodes for hours, and is some hundred kilobytes long. */
  private void silence(AtomicBoolean over) throws IOException, InterruptedException {
    Path file = folder.resolve("silence.flac");
    if (!Files.exists(file)) {
      Media.make(file, "-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono", "-t", "20000");
    }
    for (int i = 0; i < 14 && !over.get(); i++) {
      api.send(api.uploading("v1/conversions", file));
    }
    while (!over.get()) {
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    tidy();
  }

  private void tiny() throws IOException, InterruptedException {
    Path file = Files.writeString(folder.resolve("tiny.mp4"), "tiny!");
    api.send(api.uploading("v1/conversions", file));
  }

  /** A multipart body in chunks that goes on until the server refuses it. */
  private void untold(AtomicBoolean over) throws InterruptedException {
    byte[] head =
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.mp4\"\r\n\r\n"
            .getBytes(StandardCharsets.US_ASCII);
    HttpRequest.Builder request =
        api.request("v1/conversions")
            .header("Content-Type", "multipart/form-data; boundary=x")
            .POST(
                BodyPublishers.ofInputStream(
                    () -> new SequenceInputStream(new ByteArrayInputStream(head), zeros(over))));
    try {
      api.send(request);
    } catch (IOException e) {
      // Refused in the middle: that is the defence.
    }
  }

  private static InputStream zeros(AtomicBoolean over) {
    return new InputStream() {
      @Override
      public int read() {
        return over.get() ? -1 : 0;
      }

      @Override
      public int read(byte[] into, int from, int length) {
        return over.get() ? -1 : length;
      }
    };
  }

  /** What is left would slow down what is measured next. */
  private void tidy() throws IOException, InterruptedException {
    for (JsonNode each : api.conversions()) {
      api.send(api.request("v1/conversions/" + Api.id(each)).DELETE());
    }
  }
}
