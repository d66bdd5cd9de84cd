package io.tapedeck.sql;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.BlobId;
import io.tapedeck.core.BlobId.Bucket;
import io.tapedeck.core.Code;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.ConversionState;
import io.tapedeck.core.ConversionState.Kind;
import io.tapedeck.core.Lease;
import io.tapedeck.core.Mp3;
import io.tapedeck.core.Problem;
import io.tapedeck.core.Progress;
import io.tapedeck.core.Video;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.text.Normalizer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/**
 * One row of the table {@code conversion}: the data that the port shows, and the data that only the
 * ledger knows.
 */
record Row(Conversion conversion, int strikes, boolean hidden) {
  /** Every column that a read needs, in the order of the table. */
  static final String COLUMNS =
      "id, owner, state, hidden, attempt, strikes, created_at, changed_at, expires_at, video_name,"
          + " video_size, video_blob, options, worker, lease_until, fraction, speed, mp3_blob,"
          + " mp3_size, mp3_micros, mp3_sha256, mp3_crc32, mp3_copied, mp3_warnings,"
          + " problem_code, problem_detail";

  static final String INSERT =
      "INSERT INTO conversion (id, owner, state, hidden, attempt, strikes, created_at, changed_at,"
          + " expires_at, rank_at, video_name, video_search, video_size, video_blob, options) VALUES"
          + " (:id, :owner, :state, 0, 0, 0, :now, :now, :expires_at, :rank, :video_name,"
          + " :video_search, :video_size, :video_blob, :options)";

  boolean is(Kind kind) {
    return conversion.state().kind() == kind;
  }

  /** Whether a worker holds the row under this lease or a renewal of this lease. */
  boolean heldBy(Lease lease) {
    return is(Kind.CONVERTING) && conversion.attempt() == lease.attempt();
  }

  static Row read(ResultSet row, StatementContext context) throws SQLException {
    ConversionId id = new ConversionId(row.getString("id"));
    Conversion conversion =
        new Conversion(
            id,
            new AccountId(row.getString("owner")),
            new Video(
                row.getString("video_name"),
                row.getLong("video_size"),
                new BlobId(Bucket.VIDEOS, row.getString("video_blob"))),
            ConversionOptions.ofText(row.getString("options")),
            state(id, row),
            row.getInt("attempt"),
            instant(row, "created_at"),
            instant(row, "changed_at"),
            instant(row, "expires_at"));
    return new Row(conversion, row.getInt("strikes"), row.getInt("hidden") != 0);
  }

  private static ConversionState state(ConversionId id, ResultSet row) throws SQLException {
    return switch (Kind.of(row.getString("state"))) {
      case QUEUED -> new ConversionState.Queued();
      case CONVERTING ->
          new ConversionState.Converting(
              new Lease(
                  id, row.getInt("attempt"), row.getString("worker"), instant(row, "lease_until")),
              new Progress(row.getDouble("fraction"), row.getDouble("speed")));
      case READY -> new ConversionState.Ready(mp3(row));
      case FAILED ->
          new ConversionState.Failed(
              new Problem(
                  Code.of(row.getString("problem_code")).orElse(Code.INTERNAL),
                  row.getString("problem_detail")));
      case CANCELLED -> new ConversionState.Cancelled();
      case EXPIRED -> new ConversionState.Expired();
    };
  }

  private static Mp3 mp3(ResultSet row) throws SQLException {
    return new Mp3(
        new BlobId(Bucket.MP3S, row.getString("mp3_blob")),
        row.getLong("mp3_size"),
        Duration.of(row.getLong("mp3_micros"), ChronoUnit.MICROS),
        row.getString("mp3_sha256"),
        crc32(row),
        row.getInt("mp3_copied") != 0,
        row.getString("mp3_warnings").lines().toList());
  }

  private static @Nullable Long crc32(ResultSet row) throws SQLException {
    long crc32 = row.getLong("mp3_crc32");
    return row.wasNull() ? null : crc32;
  }

  /** The values of a finished conversion's columns. */
  static Map<String, @Nullable Object> values(Mp3 mp3) {
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put("mp3_blob", mp3.blob().key());
    values.put("mp3_size", mp3.size());
    values.put("mp3_micros", mp3.duration().toNanos() / 1000);
    values.put("mp3_sha256", mp3.sha256());
    values.put("mp3_crc32", mp3.crc32());
    values.put("mp3_copied", mp3.copied() ? 1 : 0);
    values.put("mp3_warnings", joined(mp3.warnings()));
    return values;
  }

  /** A name, or a part of one, in the form that searches compare: composed, without case. */
  static String searched(String name) {
    return Normalizer.normalize(name, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
  }

  private static String joined(List<String> warnings) {
    return String.join("\n", warnings.stream().map(w -> w.replaceAll("\\R", " ")).toList());
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return Instant.ofEpochMilli(row.getLong(column));
  }
}
