package io.tapedeck.sql;

import java.sql.SQLException;
import java.util.Map;

/**
 * All differences between SQLite and MySQL (or MariaDB) that matter here. SQL elsewhere uses what
 * both understand. Times are epoch milliseconds in BIGINT, ids are ASCII in VARCHAR.
 */
public enum Dialect {
  SQLITE("", "") {
    @Override
    String by(String index) {
      return " INDEXED BY " + index;
    }

    private static final int FULL = 13;
    private static final int CONSTRAINT_PRIMARYKEY = 1555;
    private static final int CONSTRAINT_UNIQUE = 2067;

    @Override
    boolean isDuplicate(SQLException fault) {
      return fault instanceof org.sqlite.SQLiteException e
          && (e.getResultCode().code == CONSTRAINT_PRIMARYKEY
              || e.getResultCode().code == CONSTRAINT_UNIQUE);
    }

    @Override
    boolean isWorthAnotherTry(SQLException fault) {
      return false; // BEGIN IMMEDIATE has waited for the lock already
    }

    @Override
    boolean isFull(SQLException fault) {
      return (fault.getErrorCode() & 0xff) == FULL;
    }
  },

  MYSQL(
      " CHARACTER SET ascii COLLATE ascii_bin",
      " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin") {
    @Override
    String by(String index) {
      return " FORCE INDEX (" + index + ")";
    }

    private static final int DISK_FULL = 1021;
    private static final int DUPLICATE_ENTRY = 1062;
    private static final int TABLE_FULL = 1114;
    private static final int LOCK_WAIT_TIMEOUT = 1205;
    private static final int DEADLOCK = 1213;

    @Override
    boolean isDuplicate(SQLException fault) {
      return fault.getErrorCode() == DUPLICATE_ENTRY;
    }

    @Override
    boolean isWorthAnotherTry(SQLException fault) {
      return fault.getErrorCode() == DEADLOCK || fault.getErrorCode() == LOCK_WAIT_TIMEOUT;
    }

    @Override
    boolean isFull(SQLException fault) {
      return fault.getErrorCode() == DISK_FULL || fault.getErrorCode() == TABLE_FULL;
    }
  };

  private final String ascii;
  private final String table;

  Dialect(String ascii, String table) {
    this.ascii = ascii;
    this.table = table;
  }

  /**
   * The text that replaces {@code ${ascii}} (after the type of an id column) and {@code ${table}}
   * (after the closing bracket of a table) in migrations.
   */
  Map<String, String> placeholders() {
    return Map.of("ascii", ascii, "table", table);
  }

  /** The text after a table's name that forces the use of this index, whatever the statistics. */
  abstract String by(String index);

  /** Whether a row with this key exists already. */
  abstract boolean isDuplicate(SQLException fault);

  /** Whether the same transaction can succeed when it runs again at once. */
  abstract boolean isWorthAnotherTry(SQLException fault);

  /** Whether the disk is full. */
  abstract boolean isFull(SQLException fault);
}
