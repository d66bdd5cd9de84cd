package io.tapedeck.sql;

import io.tapedeck.core.OwnerOnly;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that reserves a little disk space. It is deleted when the disk is full, so that actions
 * that need only a few bytes still work, such as signing in and deleting. It is made again when
 * there is space.
 */
final class Reserve {
  /** Twice the size that SQLite's log reaches before SQLite starts to write it over. */
  static final int BYTES = 8 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(Reserve.class);

  /** The file is made again when this many times its size are free. */
  private static final int PLENTY = 4;

  private final Path file;
  private boolean held;

  Reserve(Path file) {
    this.file = file;
  }

  /** Makes the file when it is missing and there is enough space; deletes it after a failure. */
  synchronized void hold() {
    if (held) {
      return;
    }
    try {
      Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
      long free = Files.getFileStore(folder).getUsableSpace();
      held = Files.exists(file) && Files.size(file) == BYTES;
      if (!held && free > (long) PLENTY * BYTES) {
        write();
        held = true;
      }
    } catch (IOException e) {
      delete();
    }
  }

  /** Writes zeros: a sparse file would reserve nothing. */
  private void write() throws IOException {
    Files.deleteIfExists(file);
    OwnerOnly.file(file);
    byte[] zeros = new byte[1 << 16];
    try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.WRITE)) {
      for (int i = 0; i < BYTES; i += zeros.length) {
        out.write(zeros);
      }
    }
  }

  /** Deletes the file; returns whether it existed. */
  synchronized boolean giveUp() {
    if (!held || !delete()) {
      return false;
    }
    held = false;
    LOG.atWarn()
        .addKeyValue("bytes", BYTES)
        .log("the disk is full; its reserve is given up, so that one can sign in and delete");
    return true;
  }

  private boolean delete() {
    try {
      return Files.deleteIfExists(file);
    } catch (IOException e) {
      return false;
    }
  }
}
