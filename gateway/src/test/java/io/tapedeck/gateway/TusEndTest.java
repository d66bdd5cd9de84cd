package io.tapedeck.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Uploads by tus: how they end without a conversion. */
class TusEndTest extends TusFixture {
  @Test
  void anUploadWithoutBytesForTooLongExpiresAndItsBytesGo() throws Exception {
    String upload = create(VIDEO.length);
    edge.clock.advance(Duration.ofMinutes(9));
    patch(upload, 0, part(0, 10));
    edge.clock.advance(Duration.ofHours(23));
    assertThat(offset(upload)).isEqualTo(10);
    edge.clock.advance(Duration.ofHours(1));
    assertThat(tus("HEAD", upload, new byte[0]).statusCode()).isEqualTo(410);
    edge.gateway.sweep();
    assertThat(patch(upload, 10, part(10, 20)).statusCode()).isEqualTo(410);
    try (Stream<Path> drafts = Files.list(folder.resolve("uploads"))) {
      assertThat(drafts).isEmpty();
    }
    edge.clock.advance(Duration.ofDays(2));
    edge.gateway.sweep();
    assertThat(tus("HEAD", upload, new byte[0]).statusCode()).isEqualTo(404);
  }

  @Test
  void aDeletedUploadIsGoneAndItsWriterIsHungUp() throws Exception {
    String upload = create(VIDEO.length);
    try (Socket writer = beginPatch(upload, 0, "Content-Length: " + VIDEO.length)) {
      writer.getOutputStream().write(VIDEO, 0, 10);
      await(() -> offset(upload) == 10);
      assertThat(tus("DELETE", upload, new byte[0]).statusCode()).isEqualTo(204);
      assertThat(new String(writer.getInputStream().readNBytes(10), StandardCharsets.US_ASCII))
          .isEqualTo("HTTP/1.1 4");
    }
    assertThat(tus("HEAD", upload, new byte[0]).statusCode()).isEqualTo(404);
    try (Stream<Path> drafts = Files.list(folder.resolve("uploads"))) {
      assertThat(drafts).isEmpty();
    }
  }

  @Test
  void aWholeUploadIsAConversionAndNotDeletedAsAnUpload() throws Exception {
    String upload = create(10);
    patch(upload, 0, part(0, 10));
    HttpResponse<String> response = tus("DELETE", upload, new byte[0]);
    assertThat(response.statusCode()).isEqualTo(409);
    assertThat(Edge.code(response)).isEqualTo("wrong-state");
  }
}
