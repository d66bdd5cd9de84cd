package io.tapedeck.http;

import java.util.Locale;

/** Refusals that belong to HTTP itself; those of Tapedeck are in {@link io.tapedeck.core.Code}. */
public enum HttpCode {
  METHOD_NOT_ALLOWED(
      405, "This address does not know that method", "See Allow for the methods it knows."),
  PRECONDITION_FAILED(
      412,
      "A condition of the request is not met",
      "Read the newest state and send the request again."),
  UNSUPPORTED_MEDIA_TYPE(
      415,
      "The body is of a kind this address does not read",
      "Send the content type that the detail names."),
  RANGE_NOT_SATISFIABLE(
      416,
      "The file does not have that range of bytes",
      "Ask for a range within the length that Content-Range names."),
  MISDIRECTED_REQUEST(
      421,
      "The server does not know that host name",
      "Use the server's own address, or set server.public-url to the one that people use.");

  private final int status;
  private final String title;
  private final String hint;

  HttpCode(int status, String title, String hint) {
    this.status = status;
    this.title = title;
    this.hint = hint;
  }

  /** The stable name on the wire, such as {@code method-not-allowed}. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  int status() {
    return status;
  }

  String title() {
    return title;
  }

  String hint() {
    return hint;
  }
}
