package io.tapedeck.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.BlobId;
import io.tapedeck.core.Conversion;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads by tus: what is spoken, how they begin, and whose they are. */
class TusCreationTest extends TusFixture {
  @Test
  void optionsTellsWhatIsSpokenWithoutSigningIn() throws Exception {
    HttpResponse<String> response = edge.as("", "OPTIONS", "/v1/uploads", new byte[0]);
    assertThat(response.statusCode()).isEqualTo(204);
    assertThat(header(response, "Tus-Resumable")).isEqualTo("1.0.0");
    assertThat(header(response, "Tus-Version")).isEqualTo("1.0.0");
    assertThat(header(response, "Tus-Extension").split(","))
        .contains("creation", "creation-with-upload", "expiration", "checksum", "termination");
    assertThat(header(response, "Tus-Max-Size")).isEqualTo("" + (50L << 30));
    assertThat(header(response, "Tus-Checksum-Algorithm")).contains("sha1", "sha256");
  }

  @Test
  void aNewUploadIsEmptyAndSaysWhenItExpires() throws Exception {
    HttpResponse<String> made =
        tus(
            "POST",
            "/v1/uploads",
            new byte[0],
            "Upload-Length",
            "100",
            "Upload-Metadata",
            metadata("filename", "a.mp4", "quality", "5"));
    assertThat(made.statusCode()).isEqualTo(201);
    assertThat(header(made, "Upload-Expires")).isEqualTo("Sun, 01 Mar 2026 12:10:00 GMT");
    HttpResponse<String> head = tus("HEAD", header(made, "Location"), new byte[0]);
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(header(head, "Upload-Offset")).isEqualTo("0");
    assertThat(header(head, "Upload-Length")).isEqualTo("100");
    assertThat(header(head, "Upload-Metadata"))
        .isEqualTo(metadata("filename", "a.mp4", "quality", "5"));
    assertThat(header(head, "Cache-Control")).isEqualTo("no-store");
  }

  @ParameterizedTest
  @CsvSource({
    "Upload-Length, x, 400",
    "Upload-Length, -1, 400",
    "Upload-Length, 0, 400",
    "Upload-Length, 99999999999999999, 413",
    "Upload-Defer-Length, 2, 400",
    "X, y, 400",
  })
  void aLengthThatIsNoneOrTooMuchIsRefused(String header, String value, int status)
      throws Exception {
    assertThat(tus("POST", "/v1/uploads", new byte[0], header, value).statusCode())
        .isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(strings = {"filename b!d", "a b c", "a YQ==,a YQ==", ",", "quality MTE="})
  void metadataThatIsNoneOrNotPossibleIsRefused(String metadata) throws Exception {
    HttpResponse<String> response =
        tus("POST", "/v1/uploads", new byte[0], "Upload-Length", "9", "Upload-Metadata", metadata);
    assertThat(response.statusCode()).isIn(400, 422);
    assertThat(header(response, "Tus-Resumable")).isEqualTo("1.0.0");
  }

  @Test
  void theWholeFileMayComeWithTheCreation() throws Exception {
    HttpResponse<String> made =
        tus(
            "POST",
            "/v1/uploads",
            VIDEO,
            "Upload-Length",
            "" + VIDEO.length,
            "Content-Type",
            TYPE,
            "Upload-Metadata",
            metadata("filename", "dir/sub\\käse.mp4", "bitrate", "128", "filetype", "video/mp4"));
    assertThat(made.statusCode()).isEqualTo(201);
    assertThat(header(made, "Upload-Offset")).isEqualTo("" + VIDEO.length);
    Conversion conversion = conversion(made);
    assertThat(conversion.video().name()).isEqualTo("käse.mp4");
    assertThat(conversion.options().toText()).isEqualTo("b=128");
    assertThat(edge.bytes(BlobId.video(conversion.id()))).isEqualTo(VIDEO);
  }

  @Test
  void aPartMayComeWithTheCreation() throws Exception {
    HttpResponse<String> made =
        tus("POST", "/v1/uploads", part(0, 10), "Upload-Length", "20", "Content-Type", TYPE);
    assertThat(header(made, "Upload-Offset")).isEqualTo("10");
    assertThat(offset(header(made, "Location"))).isEqualTo(10);
  }

  @Test
  void theLengthMayBeSaidLater() throws Exception {
    String upload =
        header(tus("POST", "/v1/uploads", new byte[0], "Upload-Defer-Length", "1"), "Location");
    assertThat(header(tus("HEAD", upload, new byte[0]), "Upload-Defer-Length")).isEqualTo("1");
    assertThat(patch(upload, 0, part(0, 60_000)).statusCode()).isEqualTo(204);
    assertThat(patch(upload, 60_000, part(60_000, 60_001), "Upload-Length", "1").statusCode())
        .isEqualTo(400);
    assertThat(offset(upload)).isEqualTo(60_000);
    HttpResponse<String> last =
        patch(upload, 60_000, part(60_000, 100_000), "Upload-Length", "100000");
    assertThat(last.statusCode()).isEqualTo(204);
    assertThat(edge.bytes(conversion(last).video().blob())).isEqualTo(VIDEO);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HEAD", "PATCH", "DELETE"})
  void somebodyElsesUploadIsNotThere(String method) throws Exception {
    String upload = create(100);
    HttpResponse<String> response =
        edge.as(
            "bert",
            method,
            upload,
            method.equals("PATCH") ? part(0, 10) : new byte[0],
            "Tus-Resumable",
            "1.0.0",
            "Upload-Offset",
            "0",
            "Content-Type",
            TYPE);
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(offset(upload)).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"upl_x", "cnv_00000000000000000000000000", "%2e%2e%2fpasswd", "upl_"})
  void whatIsNoUploadIsNotThere(String id) throws Exception {
    assertThat(tus("HEAD", "/v1/uploads/" + id, new byte[0]).statusCode()).isIn(400, 404);
  }

  @Test
  void withoutSigningInNothingIsMade() throws Exception {
    HttpResponse<String> response =
        edge.as(
            "", "POST", "/v1/uploads", new byte[0], "Tus-Resumable", "1.0.0", "Upload-Length", "9");
    assertThat(response.statusCode()).isEqualTo(401);
  }
}
