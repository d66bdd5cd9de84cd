package io.tapedeck.gateway;

import io.tapedeck.core.ConversionId;
import io.tapedeck.http.Exchange;
import io.tapedeck.uploads.UploadId;
import java.net.URI;
import java.util.Optional;

/**
 * Makes the addresses of resources. A header contains a path, which is correct behind every proxy.
 * A document contains a complete URL, so that people can share it.
 */
record Addresses(Optional<URI> publicUrl) {
  /** The server's address as clients know it, without a slash at the end. */
  String origin(Exchange exchange) {
    return publicUrl.map(url -> url.toString().replaceAll("/+$", "")).orElseGet(exchange::origin);
  }

  String conversion(Exchange exchange, ConversionId id) {
    return exchange.basePath() + "/v1/conversions/" + id;
  }

  String upload(Exchange exchange, UploadId id) {
    return exchange.basePath() + "/v1/uploads/" + id;
  }
}
