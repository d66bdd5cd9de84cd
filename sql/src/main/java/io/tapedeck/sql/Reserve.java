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
 * A file that holds a little of the disk. It is given up when the disk is full, so that what needs
 * only a few bytes still works, such as signing in and deleting, and made again when there is room.
 */
final class Reserve {
  /** Twice what SQLite's log grows to before it is written from its beginning again. */
  static final int BYTES = 8 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(Reserve.class);

  /** So many times its size are free when it is made again. */
  private static final int PLENTY = 4;

  private final Path file;
  private boolean held;

  Reserve(Path file) {
    this.file = file;
  }

  /** Makes the file where it is missing and there is plenty of room; a file that fails is none. */
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

  /** Zeros, and not a hole, which would hold nothing. */
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

  /** Gives it up; whether there was one. */
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
