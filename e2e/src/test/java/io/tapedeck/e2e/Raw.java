package io.tapedeck.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Requests byte by byte, also those that no client library would send. */
final class Raw {
  private static final int PATIENCE_MILLIS = 60_000;

  private Raw() {}

  /** The status of the final answer. */
  static int status(URI server, byte[] request) throws IOException {
    try (Socket socket = new Socket(server.getHost(), server.getPort())) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write(request);
      socket.getOutputStream().flush();
      InputStream in = socket.getInputStream();
      String line = line(in);
      while (line.startsWith("HTTP/1.1 1")) { // 100 Continue, before the answer itself
        while (!line.isEmpty()) {
          line = line(in);
        }
        line = line(in);
      }
      if (!line.matches("HTTP/1\\.[01] [0-9]{3}.*")) {
        throw new IOException("no answer but \"" + line + '"');
      }
      return Integer.parseInt(line.substring(9, 12));
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      line.append(new String(new byte[] {(byte) b}, StandardCharsets.ISO_8859_1));
    }
    return line.toString().strip();
  }
}
