package io.tapedeck.backup;

import io.tapedeck.core.Outage;
import io.tapedeck.core.OwnerOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;

/**
 * A copy of the database as it is at one moment, and the files that its conversions need: the MP3
 * of each one that is ready, the video of each one that waits or is under way.
 *
 * @param needed the path of each file in the data folder, with the SHA-256 that the ledger has, or
 *     an empty text where it has none
 */
record Snapshot(Map<String, String> needed) {
  private static final String NEEDED =
      "SELECT 'mp3s/' || mp3_blob, mp3_sha256 FROM conversion WHERE state = 'ready'"
          + " UNION ALL SELECT 'videos/' || video_blob, '' FROM conversion"
          + " WHERE state IN ('queued', 'converting')";

  /**
   * Makes the copy, in the place of an older one.
   *
   * @throws Outage when the database cannot be read, or the copy cannot be written
   */
  static Snapshot make(Path database, Path copy) throws IOException {
    Files.deleteIfExists(copy);
    OwnerOnly.file(copy); // SQLite would use the umask, and takes an empty file
    try {
      try (Connection from = open(database);
          PreparedStatement into = from.prepareStatement("VACUUM INTO ?")) {
        into.setString(1, copy.toString());
        into.execute();
      }
      Map<String, String> found = new TreeMap<>();
      try (Connection made = open(copy);
          PreparedStatement query = made.prepareStatement(NEEDED);
          ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          found.put(rows.getString(1), rows.getString(2));
        }
      }
      return new Snapshot(found);
    } catch (SQLException e) {
      throw new Outage("the database " + database + " could not be copied: " + e.getMessage(), e);
    }
  }

  private static Connection open(Path file) throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + file + "?busy_timeout=30000");
  }
}
