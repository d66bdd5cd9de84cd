package io.tapedeck.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.BlobId;
import io.tapedeck.core.ConversionId;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Uploads by tus: broken connections, many writers, kills. */
class TusBrokenLineTest extends TusFixture {
  @Test
  void whatCameBeforeTheConnectionBrokeIsKeptAndTheClientGoesOnThere() throws Exception {
    String upload = create(VIDEO.length);
    try (Socket socket = beginPatch(upload, 0, "Content-Length: " + VIDEO.length)) {
      socket.getOutputStream().write(VIDEO, 0, 77_777);
    }
    await(() -> offset(upload) == 77_777);
    HttpResponse<String> last = patch(upload, 77_777, part(77_777, VIDEO.length));
    assertThat(edge.bytes(conversion(last).video().blob())).isEqualTo(VIDEO);
  }

  @Test
  void theNewestRequestWinsOverADeadConnection() throws Exception {
    String upload = create(VIDEO.length);
    try (Socket dead = beginPatch(upload, 0, "Content-Length: " + VIDEO.length)) {
      dead.getOutputStream().write(VIDEO, 0, 50_000);
      await(() -> offset(upload) > 0);
      goOnUntilWhole(upload);
      ConversionId id = new ConversionId("cnv_" + upload.substring(upload.length() - 26));
      assertThat(edge.bytes(BlobId.video(id))).isEqualTo(VIDEO);
      assertThat(new String(dead.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
          .isEqualTo("HTTP/1.1 400");
    }
  }

  @Test
  void headAnswersWhileSomebodyWrites() throws Exception {
    String upload = create(VIDEO.length);
    try (Socket writer = beginPatch(upload, 0, "Content-Length: " + VIDEO.length)) {
      OutputStream out = writer.getOutputStream();
      for (int sent = 0; sent < 5; sent++) {
        out.write(VIDEO, sent, 1);
        int expected = sent + 1;
        await(() -> offset(upload) == expected);
      }
      out.write(VIDEO, 5, VIDEO.length - 5);
      assertThat(new String(writer.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
          .isEqualTo("HTTP/1.1 204");
    }
  }

  @Test
  void manyWritersAtOnceNeverMixTheirBytes() throws Exception {
    String upload = create(VIDEO.length);
    Callable<Void> client = () -> goOnUntilWhole(upload);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Void> ended : threads.invokeAll(Collections.nCopies(6, client))) {
        ended.get();
      }
    }
    ConversionId id = new ConversionId("cnv_" + upload.substring(upload.length() - 26));
    assertThat(edge.bytes(BlobId.video(id))).isEqualTo(VIDEO);
    assertThat(edge.ledger.find(id)).isPresent();
  }

  @Test
  void anUploadGoesOnAfterARestart() throws Exception {
    String upload = create(VIDEO.length);
    patch(upload, 0, part(0, 33_333));
    stop();
    start();
    assertThat(offset(upload)).isEqualTo(33_333);
    HttpResponse<String> last = patch(upload, 33_333, part(33_333, VIDEO.length));
    assertThat(edge.bytes(conversion(last).video().blob())).isEqualTo(VIDEO);
  }

  @Test
  void whatAKillKeptFromBecomingAConversionBecomesOneWhenItIsAskedFor() throws Exception {
    String upload = create(10);
    ConversionId id = new ConversionId("cnv_" + upload.substring(upload.length() - 26));
    // All bytes are in the draft, and then the server was killed.
    try (var draft = edge.store.draft(BlobId.video(id))) {
      draft.append(
          java.nio.channels.Channels.newChannel(new java.io.ByteArrayInputStream(part(0, 10))), 10);
    }
    HttpResponse<String> head = tus("HEAD", upload, new byte[0]);
    assertThat(header(head, "Upload-Offset")).isEqualTo("10");
    assertThat(header(head, "Tapedeck-Conversion")).isEqualTo(id.value());
    assertThat(edge.ledger.find(id)).isPresent();
  }

  @Test
  void whatAKillLeftBetweenBlobAndLedgerBecomesAConversionInTheNextRound() throws Exception {
    String upload = create(10);
    ConversionId id = new ConversionId("cnv_" + upload.substring(upload.length() - 26));
    edge.put(BlobId.video(id), part(0, 10));
    edge.clock.advance(Duration.ofHours(25));
    edge.gateway.sweep();
    assertThat(edge.ledger.find(id)).isPresent();
    assertThat(edge.bytes(BlobId.video(id))).isEqualTo(part(0, 10));
  }
}
