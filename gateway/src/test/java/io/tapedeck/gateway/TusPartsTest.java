package io.tapedeck.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.BlobId;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionState;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Uploads by tus: parts and their checksums. */
class TusPartsTest extends TusFixture {
  @Test
  void partsMakeTheWholeAndTheLastByteCreatesTheConversion() throws Exception {
    String upload = create(VIDEO.length);
    for (int at = 0; at < 75_000; at += 25_000) {
      HttpResponse<String> response = patch(upload, at, part(at, at + 25_000));
      assertThat(response.statusCode()).isEqualTo(204);
      assertThat(header(response, "Upload-Offset")).isEqualTo("" + (at + 25_000));
      assertThat(header(response, "Tapedeck-Conversion")).isEmpty();
    }
    HttpResponse<String> last = patch(upload, 75_000, part(75_000, 100_000));
    Conversion conversion = conversion(last);
    assertThat(header(last, "Location")).isEqualTo("/v1/conversions/" + conversion.id());
    assertThat(upload).endsWith(conversion.id().value().substring(4));
    assertThat(conversion.state()).isEqualTo(new ConversionState.Queued());
    assertThat(conversion.video().name()).isEqualTo("talk.mp4");
    assertThat(edge.bytes(conversion.video().blob())).isEqualTo(VIDEO);
    assertThat(offset(upload)).isEqualTo(VIDEO.length);
  }

  @Test
  void theLastByteSentTwiceCreatesOneConversion() throws Exception {
    String upload = create(10);
    String first = header(patch(upload, 0, part(0, 10)), "Tapedeck-Conversion");
    HttpResponse<String> again = patch(upload, 10, new byte[0]);
    assertThat(again.statusCode()).isEqualTo(204);
    assertThat(header(again, "Tapedeck-Conversion")).isEqualTo(first);
    assertThat(patch(upload, 0, part(0, 10)).statusCode()).isEqualTo(409);
    assertThat(header(tus("HEAD", upload, new byte[0]), "Tapedeck-Conversion")).isEqualTo(first);
    assertThat(Edge.json(edge.get("/v1/conversions")).get("conversions").size()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "Upload-Offset, 5, 409",
    "Upload-Offset, 11, 409",
    "Upload-Offset, x, 400",
    "Upload-Offset, , 400",
    "Content-Type, video/mp4, 415",
    "Tus-Resumable, 0.2.2, 412",
    "Upload-Checksum, crc9 AAAA, 400",
    "Upload-Checksum, sha1, 400",
    "Upload-Checksum, sha1 %%, 400",
    "Upload-Length, 99, 400",
  })
  void aPartWithAWrongHeaderIsRefusedAndNothingOfItIsKept(String name, String value, int status)
      throws Exception {
    String upload = create(100);
    patch(upload, 0, part(0, 10));
    var headers = new java.util.TreeMap<String, String>();
    headers.put("Tus-Resumable", "1.0.0");
    headers.put("Upload-Offset", "10");
    headers.put("Content-Type", TYPE);
    if (value == null) {
      headers.remove(name);
    } else {
      headers.put(name, value);
    }
    HttpResponse<String> response =
        edge.send(
            "PATCH",
            upload,
            part(10, 20),
            headers.entrySet().stream()
                .flatMap(entry -> Stream.of(entry.getKey(), entry.getValue()))
                .toArray(String[]::new));
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(header(response, "Tus-Resumable")).isEqualTo("1.0.0");
    if (status == 412) {
      assertThat(header(response, "Tus-Version")).isEqualTo("1.0.0");
    }
    assertThat(offset(upload)).isEqualTo(10);
  }

  @Test
  void moreThanTheLengthIsRefusedWithAndWithoutSayingSoBefore() throws Exception {
    String upload = create(10);
    assertThat(patch(upload, 0, part(0, 11)).statusCode()).isEqualTo(413);
    HttpResponse<String> unannounced =
        edge.chunked(
            "PATCH",
            upload,
            part(0, 11),
            "Tus-Resumable",
            "1.0.0",
            "Upload-Offset",
            "0",
            "Content-Type",
            TYPE);
    assertThat(unannounced.statusCode()).isEqualTo(413);
    assertThat(offset(upload)).isZero();
  }

  @Test
  void aPartMayComeByPostWhereNothingElseGetsThrough() throws Exception {
    String upload = create(10);
    HttpResponse<String> response =
        tus(
            "POST",
            upload,
            part(0, 4),
            "X-HTTP-Method-Override",
            "PATCH",
            "Upload-Offset",
            "0",
            "Content-Type",
            TYPE);
    assertThat(response.statusCode()).isEqualTo(204);
    assertThat(offset(upload)).isEqualTo(4);
    assertThat(tus("POST", upload, new byte[0], "X-HTTP-Method-Override", "PUT").statusCode())
        .isEqualTo(405);
  }

  @ParameterizedTest
  @CsvSource({"sha1, SHA-1", "sha256, SHA-256", "md5, MD5", "sha512, SHA-512"})
  void aPartIsTakenWhenItsChecksumFits(String name, String algorithm) throws Exception {
    String upload = create(VIDEO.length);
    String sum = name + " " + base64(Edge.digest(algorithm, part(0, 50_000)));
    assertThat(patch(upload, 0, part(0, 50_000), "Upload-Checksum", sum).statusCode())
        .isEqualTo(204);
    assertThat(offset(upload)).isEqualTo(50_000);
  }

  @Test
  void aPartIsDroppedWhenItsChecksumDoesNotFit() throws Exception {
    String upload = create(VIDEO.length);
    patch(upload, 0, part(0, 10));
    String sum = "sha1 " + base64(Edge.digest("SHA-1", part(0, 9)));
    HttpResponse<String> response =
        patch(upload, 10, part(10, VIDEO.length), "Upload-Checksum", sum);
    assertThat(response.statusCode()).isEqualTo(460);
    assertThat(Edge.code(response)).isEqualTo("checksum-mismatch");
    assertThat(offset(upload)).isEqualTo(10);
    assertThat(patch(upload, 10, part(10, VIDEO.length)).statusCode()).isEqualTo(204);
  }

  @Test
  void bytesThatWaitForTheirChecksumAreNotCountedNotEvenAfterAKill() throws Exception {
    String upload = create(VIDEO.length);
    String sum = "Upload-Checksum: sha1 " + base64(Edge.digest("SHA-1", VIDEO));
    BlobId blob = BlobId.video(new ConversionId("cnv_" + upload.substring(upload.length() - 26)));
    try (Socket socket = beginPatch(upload, 0, "Content-Length: " + VIDEO.length, sum)) {
      socket.getOutputStream().write(part(0, 90_000));
      await(() -> edge.store.draftSize(blob).orElse(0L) > 0);
      assertThat(offset(upload)).isZero();
      // Another edge on the same folder is what is there after a kill.
      try (Edge restarted = new Edge(folder)) {
        HttpResponse<String> head =
            restarted.send("HEAD", upload, new byte[0], "Tus-Resumable", "1.0.0");
        assertThat(header(head, "Upload-Offset")).isEqualTo("0");
      }
    }
    await(() -> edge.store.draftSize(blob).orElse(0L) == 0);
    assertThat(patch(upload, 0, VIDEO).statusCode()).isEqualTo(204);
  }
}
