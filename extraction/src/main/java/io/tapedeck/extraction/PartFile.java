package io.tapedeck.extraction;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** An MP3 that is being written, under a name that it has until it is whole. */
final class PartFile {
  private PartFile() {}

  /**
   * Creates the file, with a lock while it is open: whoever tidies up the folder, in another
   * container or on another machine, sees that it is no leftover. Some file systems have no locks.
   */
  static FileChannel create(Path part) throws IOException {
    FileChannel file =
        FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try {
      file.tryLock();
    } catch (IOException e) {
      // The number of the process in its name must do.
    }
    return file;
  }
}
