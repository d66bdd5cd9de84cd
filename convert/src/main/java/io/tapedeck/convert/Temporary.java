package io.tapedeck.convert;

import io.tapedeck.core.Outage;
import io.tapedeck.core.OwnerOnly;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A folder for temporary files below the system's temporary folder, closed to all other users. It
 * is deleted when it is closed, or when the process is told to end before that.
 */
final class Temporary implements AutoCloseable {
  private final Thread hook = new Thread(this::end, "interrupt");
  private @Nullable Path folder;
  private Runnable first = () -> {};
  private int files;
  private boolean closed;

  Temporary() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Sets the work to do first when the process is told to end. */
  synchronized void beforeEnd(Runnable work) {
    first = work;
  }

  /** A name for a file in this folder. */
  synchronized Path file(String kind) {
    try {
      if (closed) {
        throw new IllegalStateException("the temporary folder is gone");
      }
      if (folder == null) {
        folder = Files.createTempDirectory("tapedeck-");
      }
      files++;
      return folder.resolve(files + "." + kind);
    } catch (IOException e) {
      throw new Outage(
          "there can be no temporary folder below "
              + System.getProperty("java.io.tmpdir")
              + ": "
              + Outage.reason(e)
              + "; set TMPDIR to a folder that can be written",
          e);
    }
  }

  /** Stores all data from a named pipe. */
  Path kept(Path pipe) {
    try (InputStream in = Files.newInputStream(pipe)) {
      return kept(in);
    } catch (IOException e) {
      throw new Outage(pipe + " cannot be read: " + Outage.reason(e), e);
    }
  }

  /** Stores all data from a stream. */
  Path kept(InputStream in) {
    Path file = file("in");
    try {
      OwnerOnly.file(file);
      try (OutputStream out = Files.newOutputStream(file)) {
        in.transferTo(out);
      }
      return file;
    } catch (IOException e) {
      throw new Outage(
          "what comes in cannot be kept in "
              + file.getParent()
              + " while it is converted: "
              + Outage.reason(e)
              + "; set TMPDIR to a folder with more room, or name a file instead of a pipe",
          e);
    }
  }

  /** Whether a file is in this folder. */
  synchronized boolean holds(Path file) {
    return folder != null && file.startsWith(folder);
  }

  private void end() {
    Runnable work;
    synchronized (this) {
      work = first;
    }
    work.run();
    clear();
  }

  @Override
  public void close() {
    clear();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending, and the hook finds nothing left to delete.
    }
  }

  private synchronized void clear() {
    closed = true;
    if (folder == null) {
      return;
    }
    try (var all = Files.list(folder)) {
      for (Path file : all.toList()) {
        Files.deleteIfExists(file);
      }
      Files.delete(folder);
      folder = null;
    } catch (IOException e) {
      throw new Outage("cannot clear " + folder + ": " + Outage.reason(e), e);
    }
  }
}
