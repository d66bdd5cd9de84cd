package io.tapedeck.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.BlobId;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.Ledger;
import io.tapedeck.uploads.AccountUploads;
import io.tapedeck.uploads.IdempotencyKeys;
import io.tapedeck.uploads.Promises;
import io.tapedeck.uploads.UploadId;
import io.tapedeck.uploads.UploadTable;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class AccountUploadsTest extends TusFixture {
  private void remove() {
    new AccountUploads(edge.database, edge.store, edge.clock).remove(Edge.ANNA);
  }

  private List<BlobId> kept() {
    List<BlobId> kept = new ArrayList<>();
    edge.store.each(BlobId.Bucket.VIDEOS, entry -> kept.add(entry.id()));
    return kept;
  }

  @Test
  void anAccountThatGoesTakesItsOpenUploadsAndTheRoomReservedForThemAlong() throws Exception {
    String begun = create(VIDEO.length);
    patch(begun, 0, new byte[1000]);
    create(1L << 30);

    remove();

    assertThat(kept()).isEmpty();
    assertThat(tus("HEAD", begun, new byte[0]).statusCode()).isEqualTo(404);
    UploadTable table = new UploadTable(edge.database, edge.clock);
    assertThat(table.open(Edge.ANNA)).isEqualTo(new UploadTable.Open(0, 0));
    assertThat(table.promises(Instant.EPOCH)).isEqualTo(new Promises(0, 0));
  }

  @Test
  void whatOthersUploadStays() throws Exception {
    HttpResponse<String> berts =
        edge.as(
            "bert",
            "POST",
            "/v1/uploads",
            new byte[100],
            "Tus-Resumable",
            "1.0.0",
            "Upload-Length",
            "1000",
            "Content-Type",
            TYPE);
    assertThat(berts.statusCode()).isEqualTo(201);

    remove();

    assertThat(kept()).hasSize(1);
    assertThat(new UploadTable(edge.database, edge.clock).open(Edge.BERT).count()).isEqualTo(1);
  }

  @Test
  void whatComesInOneRequestWithAKeyGoesTooAndTheKeyIsForgotten() throws Exception {
    IdempotencyKeys keys = new IdempotencyKeys(edge.database, Duration.ofDays(1), edge.clock);
    ConversionId id = ConversionId.at(edge.clock.instant());
    assertThat(keys.claim(Edge.ANNA, "mine", "of one request", id))
        .isInstanceOf(IdempotencyKeys.Claim.Work.class);
    edge.store.draft(BlobId.video(id)).close();

    remove();

    assertThat(kept()).isEmpty();
    assertThat(keys.claim(Edge.ANNA, "mine", "of another", id))
        .isInstanceOf(IdempotencyKeys.Claim.Work.class);
  }

  @Test
  void itMayBeAskedBeforeThereWasAGatewayAndTwice() throws Exception {
    patch(create(VIDEO.length), 0, new byte[1000]);
    remove();
    remove();

    assertThat(kept()).isEmpty();
  }

  private Socket beginForm(int length) throws Exception {
    return edge.begin(
        "POST",
        "/v1/conversions",
        "Content-Type: multipart/form-data; boundary=B",
        "Connection: close",
        "Content-Length: " + length);
  }

  private Socket beginPart(String upload, int length) throws Exception {
    return edge.begin(
        "PATCH",
        URI.create(upload).getPath(),
        "Tus-Resumable: 1.0.0",
        "Content-Type: " + TYPE,
        "Upload-Offset: 0",
        "Connection: close",
        "Content-Length: " + length);
  }

  /** Sends bytes, and returns when some of them are stored. */
  private long sendFirst(Socket socket, byte[] bytes, int count) throws Exception {
    socket.getOutputStream().write(bytes, 0, count);
    AtomicLong stored = new AtomicLong();
    while (stored.get() == 0) {
      edge.store.each(BlobId.Bucket.VIDEOS, entry -> stored.set(entry.size()));
    }
    return stored.get();
  }

  /** Sends bytes until the server answers; the end of them never comes. */
  private static String answerToMore(Socket socket) throws Exception {
    while (socket.getInputStream().available() == 0) {
      socket.getOutputStream().write(0);
      Thread.onSpinWait();
    }
    return new String(socket.getInputStream().readNBytes(12), StandardCharsets.UTF_8);
  }

  private void awaitNothingKept() throws Exception {
    while (!kept().isEmpty()) {
      Thread.onSpinWait();
    }
    assertThat(edge.ledger.list(Edge.ANNA, new Ledger.Page(null, Set.of(), null, 10))).isEmpty();
  }

  @Test
  void whatIsUnderWayWhenTheSessionEndsBecomesNoConversion() throws Exception {
    byte[] form = Edge.form("talk.mp4", VIDEO);
    try (Socket upload = beginForm(form.length)) {
      sendFirst(upload, form, form.length - 10);
      edge.ended.add("anna");
      upload.getOutputStream().write(form, form.length - 10, 10);
      assertThat(new String(upload.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("HTTP/1.1 401");
    }
    assertThat(kept()).isEmpty();
  }

  @Test
  void anUploadUnderWayEndsWithItsAccountAndNotWithItsLastByte() throws Exception {
    byte[] form = Edge.form("talk.mp4", VIDEO);
    try (Socket upload = beginForm(1 << 30)) {
      sendFirst(upload, form, 50_000);
      edge.ended.add("anna");
      remove();
      edge.clock.advance(Duration.ofSeconds(6));
      assertThat(answerToMore(upload)).isEqualTo("HTTP/1.1 401");
    }
    awaitNothingKept();
  }

  @Test
  void aPartUnderWayEndsWithItsAccountAndLeavesNothing() throws Exception {
    String begun = create(1 << 30);
    try (Socket part = beginPart(begun, 1 << 30)) {
      sendFirst(part, VIDEO, 50_000);
      edge.ended.add("anna");
      // As when the part is opened just after the removal has looked at the disk.
      UploadTable table = new UploadTable(edge.database, edge.clock);
      table.delete(UploadId.of(begun.substring(begun.lastIndexOf('/') + 1)));
      edge.clock.advance(Duration.ofSeconds(6));
      assertThat(answerToMore(part)).isEqualTo("HTTP/1.1 401");
    }
    awaitNothingKept();
  }

  @Test
  void aPartOfAnEndedSessionEndsAndItsBytesWaitForTheNextSession() throws Exception {
    String begun = create(1 << 30);
    long stored;
    try (Socket part = beginPart(begun, 1 << 30)) {
      stored = sendFirst(part, VIDEO, 50_000);
      edge.ended.add("anna");
      edge.clock.advance(Duration.ofSeconds(6));
      assertThat(answerToMore(part)).isEqualTo("HTTP/1.1 401");
    }
    edge.ended.clear();
    String offset =
        tus("HEAD", begun, new byte[0]).headers().firstValue("Upload-Offset").orElseThrow();
    assertThat(Long.parseLong(offset)).isGreaterThanOrEqualTo(stored);
  }

  @Test
  void anAccountThatGoesInTheInstantOfTheLastByteLeavesNoConversion() throws Exception {
    Ledger.Page all = new Ledger.Page(null, Set.of(), null, 10);
    String begun = create(VIDEO.length);
    edge.allEnded = () -> !edge.ledger.list(Edge.ANNA, all).isEmpty();

    assertThat(edge.upload("talk.mp4", VIDEO).statusCode()).isEqualTo(401);
    assertThat(patch(begun, 0, VIDEO).statusCode()).isEqualTo(401);

    assertThat(edge.ledger.list(Edge.ANNA, all)).isEmpty();
    assertThat(kept()).isEmpty();
  }
}
