package io.tapedeck.gateway;

import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Text;
import io.tapedeck.http.Exchange;
import io.tapedeck.http.Reply;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads and writes the headers of the tus protocol, version 1.0.0. */
final class Tus {
  static final String VERSION = "1.0.0";
  static final String EXTENSIONS =
      "creation,creation-with-upload,creation-defer-length,expiration,checksum,termination";
  static final String ALGORITHMS = "sha256,sha1,md5,sha512";
  static final String PART_TYPE = "application/offset+octet-stream";

  private static final int LONGEST_METADATA = 8 * 1024;
  private static final Map<String, String> DIGESTS =
      Map.of("sha256", "SHA-256", "sha1", "SHA-1", "md5", "MD5", "sha512", "SHA-512");

  private Tus() {}

  /** The expected checksum of a part. */
  @SuppressWarnings("ArrayRecordComponent") // compared with nothing
  record Checksum(MessageDigest digest, byte[] expected) {
    boolean fits() {
      return Arrays.equals(digest.digest(), expected);
    }
  }

  /** Whether the client uses our version of the protocol. */
  static boolean speaks(Exchange exchange) {
    return exchange.header("Tus-Resumable").filter(VERSION::equals).isPresent();
  }

  /** An answer of the protocol. It names the version and must not be cached. */
  static Reply reply(int status) {
    return Reply.of(status).header("Tus-Resumable", VERSION).header("Cache-Control", "no-store");
  }

  /**
   * Reads a header with a number of bytes.
   *
   * @throws Refusal {@link Code#BAD_REQUEST} when the value is not a number of bytes
   */
  static OptionalLong bytes(Exchange exchange, String header) {
    Optional<String> text = exchange.header(header);
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    if (!text.get().matches("\\d{1,18}")) {
      throw new Refusal(
          Code.BAD_REQUEST, header + " is not a number of bytes: " + Text.shown(text.get()));
    }
    return OptionalLong.of(Long.parseLong(text.get()));
  }

  /**
   * The length of a new upload; empty when the client declares the length later.
   *
   * @throws Refusal {@link Code#BAD_REQUEST} when both length headers are present, or neither
   */
  static OptionalLong length(Exchange exchange) {
    OptionalLong length = bytes(exchange, "Upload-Length");
    Optional<String> later = exchange.header("Upload-Defer-Length");
    if (later.isPresent() == length.isPresent() || !later.orElse("1").equals("1")) {
      throw new Refusal(Code.BAD_REQUEST, "send either Upload-Length or Upload-Defer-Length: 1");
    }
    return length;
  }

  /**
   * Upload-Metadata: keys, each with its value in Base64.
   *
   * @throws Refusal {@link Code#BAD_REQUEST} when it is not well formed
   */
  static Map<String, String> metadata(String header) {
    Map<String, String> metadata = new LinkedHashMap<>();
    if (header.length() > LONGEST_METADATA) {
      throw new Refusal(
          Code.BAD_REQUEST, "Upload-Metadata may have " + LONGEST_METADATA + " characters");
    }
    for (String pair : header.isBlank() ? new String[0] : header.split(",", -1)) {
      String[] parts = pair.strip().split(" ");
      if (parts.length > 2 || parts[0].isEmpty() || metadata.containsKey(parts[0])) {
        throw new Refusal(
            Code.BAD_REQUEST, "Upload-Metadata is not keys and values: " + Text.shown(pair));
      }
      metadata.put(parts[0], parts.length == 2 ? decoded(parts[1]) : "");
    }
    return metadata;
  }

  private static String decoded(String base64) {
    try {
      return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new Refusal(
          Code.BAD_REQUEST, "Upload-Metadata has a value not in Base64: " + Text.shown(base64));
    }
  }

  /**
   * Upload-Checksum.
   *
   * @throws Refusal {@link Code#BAD_REQUEST} when it is not well formed, or of an unknown algorithm
   */
  static Optional<Checksum> checksum(Exchange exchange) {
    return exchange
        .header("Upload-Checksum")
        .map(header -> {
          String[] parts = header.strip().split(" ");
          String algorithm = DIGESTS.get(parts[0].toLowerCase(Locale.ROOT));
          if (parts.length != 2 || algorithm == null) {
            throw new Refusal(
                Code.BAD_REQUEST,
                "Upload-Checksum is an algorithm of "
                    + ALGORITHMS
                    + " and a digest in Base64, not "
                    + Text.shown(header));
          }
          try {
            return new Checksum(
                MessageDigest.getInstance(algorithm), Base64.getDecoder().decode(parts[1]));
          } catch (IllegalArgumentException e) {
            throw new Refusal(Code.BAD_REQUEST, "the digest of Upload-Checksum is not in Base64");
          } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
          }
        });
  }

  /** A time in the format of HTTP. */
  static String date(Instant moment) {
    return DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
        .format(moment.atZone(ZoneOffset.UTC));
  }
}
