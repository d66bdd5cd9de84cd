package io.tapedeck.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.contracts.Media;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files that are many times larger than the server's heap pass through it. */
class SmallHeapTest {
  private static final int HEAP_MIB = 128;
  private static final int FILE_MIB = 600;

  @Test
  @Timeout(300)
  void filesOfManyTimesTheHeapAreTakenInOneRequestAndInParts(@TempDir Path folder)
      throws Exception {
    Path video = padded(Media.video(folder.resolve("clip.mp4"), 2));
    try (ServerProcess server =
            ServerProcess.limited(folder.resolve("data"), HEAP_MIB, 1500, Map.of());
        Api api = new Api(server.uri())) {
      api.signUp("ada@example.org");
      for (String id : List.of(Api.id(api.convert(video)), inParts(api, video))) {
        assertThat(Api.state(api.ended(id))).isEqualTo("ready");
        assertThat(api.bytes(api.request("v1/conversions/" + id + "/mp3")).body().length)
            .isGreaterThan(10_000);
      }
    }
  }

  /** The MP4 with a box behind its end that means nothing, of zeros that take no disk. */
  private static Path padded(Path clip) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(clip.toFile(), "rw")) {
      file.seek(file.length());
      file.writeInt(FILE_MIB << 20);
      file.write("free".getBytes(StandardCharsets.US_ASCII));
      file.setLength(file.length() - 8 + ((long) FILE_MIB << 20));
    }
    return clip;
  }

  private static String inParts(Api api, Path video) throws Exception {
    HttpResponse<String> made =
        api.send(
            api.request("v1/uploads")
                .header("Tus-Resumable", "1.0.0")
                .header("Upload-Length", String.valueOf(video.toFile().length()))
                .POST(BodyPublishers.noBody()));
    URI upload = URI.create(made.headers().firstValue("Location").orElseThrow());
    HttpResponse<String> sent =
        api.send(
            api.request(upload.getPath().substring(1))
                .header("Tus-Resumable", "1.0.0")
                .header("Upload-Offset", "0")
                .header("Content-Type", "application/offset+octet-stream")
                .method("PATCH", BodyPublishers.ofFile(video)));
    return sent.headers().firstValue("Tapedeck-Conversion").orElseThrow();
  }
}
