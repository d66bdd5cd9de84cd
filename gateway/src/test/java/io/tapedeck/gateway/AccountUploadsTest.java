package io.tapedeck.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.BlobId;
import io.tapedeck.core.ConversionId;
import io.tapedeck.uploads.AccountUploads;
import io.tapedeck.uploads.IdempotencyKeys;
import io.tapedeck.uploads.Promises;
import io.tapedeck.uploads.UploadTable;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

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

  @Test
  void whatIsUnderWayWhenTheSessionEndsBecomesNoConversion() throws Exception {
    byte[] form = Edge.form("talk.mp4", VIDEO);
    try (java.net.Socket upload =
        edge.begin(
            "POST",
            "/v1/conversions",
            "Content-Type: multipart/form-data; boundary=B",
            "Connection: close",
            "Content-Length: " + form.length)) {
      upload.getOutputStream().write(form, 0, form.length - 10);
      while (kept().isEmpty()) {
        Thread.onSpinWait(); // its first bytes come
      }
      edge.ended.add("anna");
      upload.getOutputStream().write(form, form.length - 10, 10);
      assertThat(new String(upload.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("HTTP/1.1 401");
    }
    assertThat(kept()).isEmpty();
  }
}
