package io.tapedeck.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.jetty.http.ByteRange;
import org.eclipse.jetty.http.MultiPart;

/**
 * Bytes that never change, sent whole or in parts (RFC 9110, sections 13 and 14). The request may
 * have If-Match, If-None-Match, If-Range, one range, several ranges, or none of these.
 *
 * @param length of the whole, in bytes
 * @param etag a strong ETag, in its quotes
 */
public record Ranged(String contentType, long length, String etag, Reader reader) {
  /** Writes a part of the bytes to a channel that stays open. */
  @FunctionalInterface
  public interface Reader {
    void read(long offset, long length, WritableByteChannel to) throws IOException;
  }

  private static final Pattern WELL_FORMED =
      Pattern.compile("bytes\\s*=\\s*(\\d+-\\d*|-\\d+)(\\s*,\\s*(\\d+-\\d*|-\\d+))*\\s*");
  private static final Pattern NUMBER_TOO_LONG = Pattern.compile("\\d{19}");

  /** More ranges than any player requests at once. A request with more gets the whole. */
  private static final int MOST_RANGES = 16;

  /** The answer to a GET or HEAD of these bytes: 200, 206, 304, 412 or 416. */
  public Reply reply(Exchange exchange) {
    List<String> ifMatch = exchange.headers("If-Match");
    if (!ifMatch.isEmpty() && !named(ifMatch, "")) {
      return Problems.reply(
          new HttpRefusal(HttpCode.PRECONDITION_FAILED, "the bytes are " + etag + " now"),
          exchange.traceId());
    }
    List<String> ifNoneMatch = exchange.headers("If-None-Match");
    if (named(ifNoneMatch, "") || named(ifNoneMatch, "W/")) {
      return Reply.of(304).header("ETag", etag);
    }
    String range = exchange.header("Range").orElse("");
    boolean wanted =
        exchange.method().equals("GET")
            && WELL_FORMED.matcher(range).matches()
            && !NUMBER_TOO_LONG.matcher(range).find()
            && exchange.header("If-Range").map(etag::equals).orElse(true);
    return wanted ? parts(range, exchange.traceId()) : whole();
  }

  private boolean named(List<String> headers, String prefix) {
    return headers.stream()
        .flatMap(header -> Stream.of(header.split(",")))
        .map(String::strip)
        .anyMatch(tag -> tag.equals(prefix + etag) || tag.equals("*"));
  }

  private Reply whole() {
    return tagged(Reply.stream(200, contentType, length, to -> reader.read(0, length, to)));
  }

  private Reply tagged(Reply reply) {
    return reply.header("Accept-Ranges", "bytes").header("ETag", etag);
  }

  private Reply parts(String range, String traceId) {
    String canonical = range.replaceAll("\\s", "");
    List<ByteRange> ranges = ByteRange.parse(List.of(canonical), length);
    if (ranges.isEmpty()) {
      return Problems.reply(
              new HttpRefusal(HttpCode.RANGE_NOT_SATISFIABLE, "there are " + length + " bytes"),
              traceId)
          .header("Content-Range", ByteRange.toNonSatisfiableHeaderValue(length));
    }
    long sum = ranges.stream().mapToLong(ByteRange::getLength).sum();
    if (canonical.chars().filter(c -> c == ',').count() >= MOST_RANGES
        || (ranges.size() > 1 && sum > length)) {
      return whole();
    }
    return ranges.size() == 1 ? one(ranges.getFirst()) : several(ranges);
  }

  private Reply one(ByteRange range) {
    return tagged(
        Reply.stream(
                206,
                contentType,
                range.getLength(),
                to -> reader.read(range.first(), range.getLength(), to))
            .header("Content-Range", range.toHeaderValue(length)));
  }

  private Reply several(List<ByteRange> ranges) {
    String boundary = MultiPart.generateBoundary(null, 24);
    String end = "\r\n--" + boundary + "--\r\n";
    long size = end.length();
    for (ByteRange range : ranges) {
      size += head(boundary, range).length() + range.getLength();
    }
    return tagged(
        Reply.stream(
            206,
            "multipart/byteranges; boundary=" + boundary,
            size,
            to -> {
              for (ByteRange range : ranges) {
                to.write(ascii(head(boundary, range)));
                reader.read(range.first(), range.getLength(), to);
              }
              to.write(ascii(end));
            }));
  }

  private String head(String boundary, ByteRange range) {
    return "\r\n--"
        + boundary
        + "\r\nContent-Type: "
        + contentType
        + "\r\nContent-Range: "
        + range.toHeaderValue(length)
        + "\r\n\r\n";
  }

  private static ByteBuffer ascii(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }
}
