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
 * Text goes out as gzip to clients that take it. Only bodies that are in memory already: streams of
 * events must not be held back, and MP3s do not shrink.
 */
final class Compression {
  /** Below this many bytes the saving is lost in the packet. */
  private static final int WORTHWHILE = 1024;

  private static final Pattern TEXT =
      Pattern.compile("(text/|application/(.+\\+)?(json|yaml|javascript)|image/svg).*");

  private Compression() {}

  /** The bytes as they are to be sent, with the headers that say so. */
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
