package io.tapedeck.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.contracts.Media;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a stop, and what a kill, leaves behind. */
class RestartTest {
  @TempDir Path folder;

  private Path data() {
    return folder.resolve("data");
  }

  private ServerProcess start() throws Exception {
    return ServerProcess.start(data(), Map.of());
  }

  @Test
  void aRunningConversionIsHandedBackAtAStopAndReadyAfterTheRestart() throws Exception {
    Path audio = Media.audio(folder.resolve("long.flac"), 2400, "-compression_level", "0");
    String id;
    Api api;
    try (ServerProcess first = start()) {
      api = new Api(first.uri()).signUp("ada@example.org");
      id = Api.id(api.convert(audio));
      awaitWork(api, id);
      assertThat(first.stop()).as("%s", first.said()).isIn(0, 143);
    }
    assertThat(Folders.files(data().resolve("scratch"))).isEmpty();
    try (ServerProcess second = start()) {
      Api again = api.at(second.uri());
      assertThat(Api.state(again.ended(id))).isEqualTo("ready");
      assertThat(Folders.files(data().resolve("mp3s"))).containsExactly(id + ".2");
    }
  }

  private static void awaitWork(Api api, String id) throws Exception {
    String state = Api.state(api.conversion(id));
    for (int i = 0; i < 3000 && state.equals("queued"); i++) {
      LockSupport.parkNanos(10_000_000);
      state = Api.state(api.conversion(id));
    }
    assertThat(state).isEqualTo("converting");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anUploadInOneRequestThatIsCutOffLeavesNothing(boolean killed) throws Exception {
    try (ServerProcess first = start()) {
      Api api = new Api(first.uri()).signUp("ada@example.org");
      try (Socket socket = half(first.uri(), api.token())) {
        assertThat(socket.isConnected()).isTrue();
        awaitUploads(false);
        if (killed) {
          first.kill();
        }
      }
      if (!killed) {
        first.stop();
      }
    }
    try (ServerProcess second = start()) {
      awaitUploads(true);
      assertThat(Folders.files(data().resolve("videos"))).isEmpty();
      assertThat(new Api(second.uri()).signIn("ada@example.org").conversions()).isEmpty();
    }
  }

  private void awaitUploads(boolean empty) throws Exception {
    for (int i = 0; i < 3000 && Folders.files(data().resolve("uploads")).isEmpty() != empty; i++) {
      LockSupport.parkNanos(10_000_000);
    }
    assertThat(Folders.files(data().resolve("uploads")).isEmpty()).isEqualTo(empty);
  }

  /** A request that says it brings a megabyte, and brings half of it. */
  private static Socket half(URI server, String token) throws Exception {
    Socket socket = new Socket(server.getHost(), server.getPort());
    OutputStream out = socket.getOutputStream();
    out.write(
        """
        POST /v1/conversions HTTP/1.1\r
        Host: localhost\r
        Authorization: Bearer %s\r
        Content-Type: multipart/form-data; boundary=b\r
        Content-Length: 1000000\r
        \r
        --b\r
        Content-Disposition: form-data; name="file"; filename="half.mp4"\r
        \r
        """
            .formatted(token)
            .getBytes(StandardCharsets.US_ASCII));
    out.write(new byte[500_000]);
    out.flush();
    return socket;
  }

  @Test
  void whatWasReadyBeforeAKillIsThereAfterIt() throws Exception {
    Path clip = Media.video(folder.resolve("clip.mp4"), 2);
    byte[] mp3;
    String id;
    Api api;
    try (ServerProcess first = start()) {
      api = new Api(first.uri()).signUp("ada@example.org");
      id = Api.id(api.ended(Api.id(api.convert(clip))));
      mp3 = api.bytes(api.request("v1/conversions/" + id + "/mp3")).body();
      first.kill();
    }
    try (ServerProcess second = start()) {
      Api again = api.at(second.uri());
      assertThat(again.bytes(again.request("v1/conversions/" + id + "/mp3")).body()).isEqualTo(mp3);
      assertThat(mp3).hasSizeGreaterThan(1000);
      assertThat(Files.exists(data().resolve("videos").resolve(id))).isFalse();
    }
  }
}
