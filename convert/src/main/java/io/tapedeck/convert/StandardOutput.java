package io.tapedeck.convert;

import io.tapedeck.core.Outage;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;

/**
 * Standard output of the process. A {@link PrintStream} hides errors, so this stream below it keeps
 * the first one: a command fails when its output did not arrive.
 */
public final class StandardOutput extends FilterOutputStream {
  /** Standard output does not arrive any more; {@link #outcome} reports it once, at the end. */
  static final class Lost extends RuntimeException {}

  private volatile @Nullable IOException failed;

  StandardOutput(OutputStream out) {
    super(out);
  }

  /** Installs it as {@link System#out}, in UTF-8 for every locale. */
  public static StandardOutput install() {
    StandardOutput made = new StandardOutput(new FileOutputStream(FileDescriptor.out));
    System.setOut(new PrintStream(new BufferedOutputStream(made), true, StandardCharsets.UTF_8));
    return made;
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    IOException before = failed;
    if (before != null) {
      throw before;
    }
    try {
      out.write(bytes, from, length);
    } catch (IOException e) {
      failed = e;
      throw e;
    }
  }

  /** Throws {@link Lost} when any output so far did not arrive. */
  static void requireArrived() {
    if (System.out.checkError()) {
      throw new Lost();
    }
  }

  /**
   * The exit code of a command that ended with this code: 0 only when all its output arrived. It
   * prints why the output did not arrive, unless the reader has gone, as {@code head} does.
   */
  public int outcome(int code) {
    System.out.flush();
    IOException e = failed;
    if (e == null) {
      return code;
    }
    if (!String.valueOf(e.getMessage()).contains("Broken pipe")) {
      System.err.println(
          "tapedeck: standard output cannot be written: "
              + Outage.reason(e)
              + "; make room, or write elsewhere");
    }
    return code == ExitCode.OK ? ExitCode.SOFTWARE : code;
  }
}
