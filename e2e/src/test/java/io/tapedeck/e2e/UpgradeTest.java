package io.tapedeck.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.app.Started;
import io.tapedeck.contracts.MariaDb;
import io.tapedeck.core.AccountId;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionState.Kind;
import io.tapedeck.core.Ledger;
import io.tapedeck.core.Move;
import io.tapedeck.core.Secret;
import io.tapedeck.sql.Database;
import io.tapedeck.sql.SqlLedger;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an earlier version has written is taken over whole: a data folder of one machine, which was
 * killed with a conversion in every state and half an upload, and a schema of a cluster. Both were
 * made by commit 3612330 and are never made anew.
 */
class UpgradeTest {
  private static final String READY = "cnv_01m8czx7dafzesjbm6gsgce0q4";
  private static final String SHA256 =
      "923c0e71ce9589a8c44e3b829861eff7ed61114b740154c1c9d71bb495f96f22";
  private static final String FAILED = "cnv_01m8czx85krc4v40n3jwnhw01q";
  private static final String CANCELLED = "cnv_01m8czxeffxttf5gksdvcvgaqd";
  private static final String EXPIRED = "cnv_01m8cztwjy5a314ddnvqhx5yjk";
  private static final String CONVERTING = "cnv_01m8czxdxs1b1kgexhzqvp5m90";
  private static final String QUEUED = "cnv_01m8czxehbgphr19mc9hwsjw5z";
  private static final String UPLOAD = "upl_01m8czxejvg4fqg02gf84k4zqk";
  private static final int UPLOADED = 3000;
  private static final String API_KEY = "tdk_mJ9P71d34rVBhPScFJpLPHbSwZmacv-1rzIgUicUFLw";

  @TempDir Path folder;

  @Test
  void aDataFolderWithAConversionInEveryStateAndHalfAnUpload() throws Exception {
    unpack();
    endRetentionNow();
    byte[] video = Files.readAllBytes(folder.resolve("videos").resolve(QUEUED));
    try (Started house = Started.with(folder, Map.of());
        Api api = new Api(house.address()).signIn("ada@example.org");
        Api program = new Api(house.address()).signedIn(API_KEY)) {
      assertThat(state(program, READY)).isEqualTo("ready");
      byte[] mp3 = api.bytes(api.request("v1/conversions/" + READY + "/mp3")).body();
      assertThat(sha256(mp3)).isEqualTo(SHA256);
      assertThat(api.conversion(FAILED).get("problem").get("code").asString())
          .isEqualTo("unsupported-container");
      assertThat(state(api, CANCELLED)).isEqualTo("cancelled");
      assertThat(state(api, EXPIRED)).isEqualTo("expired");
      assertThat(Api.state(api.ended(CONVERTING))).isEqualTo("ready");
      assertThat(Api.state(api.ended(QUEUED))).isEqualTo("ready");

      String resumed = finishUpload(api, video);
      assertThat(Api.state(api.ended(resumed))).isEqualTo("ready");
      assertThat(api.conversions()).hasSize(7);
    }
    assertThat(Folders.files(folder.resolve("videos"))).containsExactly(FAILED);
    assertThat(Folders.files(folder.resolve("uploads"))).isEmpty();
    assertThat(Folders.files(folder.resolve("mp3s"))).hasSize(4).contains(READY + ".1");
  }

  private static String finishUpload(Api api, byte[] video) throws Exception {
    byte[] rest = Arrays.copyOfRange(video, UPLOADED, video.length);
    var answer =
        api.send(
            api.request("v1/uploads/" + UPLOAD)
                .header("Tus-Resumable", "1.0.0")
                .header("Upload-Offset", String.valueOf(UPLOADED))
                .header("Content-Type", "application/offset+octet-stream")
                .method("PATCH", BodyPublishers.ofByteArray(rest)));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
    return UPLOAD.replace("upl_", "cnv_");
  }

  /** Long after an expired conversion's time the Janitor would forget it, whatever the version. */
  private void endRetentionNow() throws Exception {
    try (Connection db =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("tapedeck.db"));
        Statement statement = db.createStatement()) {
      long now = Instant.now().toEpochMilli();
      assertThat(
              statement.executeUpdate(
                  "UPDATE conversion SET expires_at = " + now + " WHERE state = 'expired'"))
          .isEqualTo(1);
    }
  }

  private void unpack() throws Exception {
    try (ZipInputStream zip = new ZipInputStream(resource("data.zip"))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = folder.resolve(entry.getName());
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.write(file, zip.readAllBytes());
      }
    }
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(UpgradeTest.class.getResourceAsStream("upgrade/" + name));
  }

  private static String state(Api api, String id) throws Exception {
    return Api.state(api.conversion(id));
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  @Test
  void aSchemaWithAConversionInEveryState() throws Exception {
    try (MariaDb server = MariaDb.start()) {
      load(server.url());
      try (Database database =
          Database.mysql(server.url(), MariaDb.USER, new Secret(MariaDb.USER), 4)) {
        for (String module : List.of("auth", "notification")) {
          database.migrate(module);
        }
        database.migrate("uploads", "gateway");
        assertLedger(new SqlLedger(database, Clock.systemUTC()));
      }
      assertThat(count(server.url(), "SELECT COUNT(*) FROM sent_mails WHERE state = 'waiting'"))
          .isEqualTo(1);
      assertThat(count(server.url(), "SELECT COUNT(*) FROM sent_mails")).isEqualTo(2);
    }
  }

  /** The schema holds one of each state, and one that was queued again after a strike. */
  private static void assertLedger(Ledger ledger) {
    AccountId ada = new AccountId("acc_" + "0".repeat(25) + "a");
    List<Conversion> all = ledger.list(ada, new Ledger.Page(null, Set.of(), null, 50));
    assertThat(
            all.stream()
                .map(each -> each.state().kind())
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting())))
        .containsEntry(Kind.QUEUED, 2L)
        .containsEntry(Kind.CONVERTING, 1L)
        .containsEntry(Kind.READY, 1L)
        .containsEntry(Kind.FAILED, 1L)
        .containsEntry(Kind.CANCELLED, 1L)
        .containsEntry(Kind.EXPIRED, 1L);
    for (Conversion each : all) {
      if (each.state().kind() == Kind.QUEUED) {
        assertThat(ledger.claim(each.id(), "new", Duration.ofSeconds(8)))
            .isInstanceOf(Move.Done.class);
      }
    }
    ConversionId ready =
        all.stream().filter(each -> each.state().kind() == Kind.READY).findFirst().get().id();
    assertThat(ledger.expire(ready, true)).isInstanceOf(Move.Done.class);
  }

  private static void load(String url) throws Exception {
    String text = new String(resource("schema.sql").readAllBytes(), StandardCharsets.UTF_8);
    try (Connection db = DriverManager.getConnection(url, MariaDb.USER, MariaDb.USER);
        Statement statement = db.createStatement()) {
      for (String each : text.replaceAll("(?m)^--.*$", "").split(";\n")) {
        if (!each.isBlank()) {
          statement.execute(each);
        }
      }
    }
  }

  private static int count(String url, String query) throws Exception {
    try (Connection db = DriverManager.getConnection(url, MariaDb.USER, MariaDb.USER);
        Statement statement = db.createStatement();
        ResultSet found = statement.executeQuery(query)) {
      found.next();
      return found.getInt(1);
    }
  }
}
