package io.tapedeck.http;

/** A route throws this when HTTP itself has a status for the refusal. */
public final class HttpRefusal extends RuntimeException {
  private final HttpCode code;
  private final String detail;

  /**
   * @param detail names the cause in this one case
   */
  public HttpRefusal(HttpCode code, String detail) {
    super(code.wire() + ": " + detail, null, false, false);
    this.code = code;
    this.detail = detail;
  }

  HttpCode code() {
    return code;
  }

  String detail() {
    return detail;
  }
}
