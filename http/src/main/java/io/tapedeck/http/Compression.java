package io.tapedeck.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;

/**
 * Sends text as gzip to clients that accept it. Only bodies in memory are compressed: streams of
 * events must not be held back, and MP3s do not shrink.
 */
final class Compression {
  /** A body below this many bytes fits in one packet, so gzip saves nothing. */
  private static final int WORTHWHILE = 1024;

  private static final Pattern TEXT =
      Pattern.compile("(text/|application/(.+\\+)?(json|yaml|javascript)|image/svg).*");

  private Compression() {}

  /** Returns the bytes to send, and sets the headers that describe them. */
  static byte[] apply(Request request, Response response, byte[] bytes) throws IOException {
    String type = String.valueOf(response.getHeaders().get(HttpHeader.CONTENT_TYPE));
    if (bytes.length < WORTHWHILE || !TEXT.matcher(type.toLowerCase(Locale.ROOT)).matches()) {
      return bytes;
    }
    response.getHeaders().add(HttpHeader.VARY, "Accept-Encoding");
    if (!request.getHeaders().getQualityCSV(HttpHeader.ACCEPT_ENCODING).contains("gzip")) {
      return bytes;
    }
    response.getHeaders().put(HttpHeader.CONTENT_ENCODING, "gzip");
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length / 3);
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }
}
