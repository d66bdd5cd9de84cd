package io.tapedeck.http;

import io.tapedeck.core.Code;

/** The one table from codes to HTTP statuses. */
public final class Statuses {
  private Statuses() {}

  public static int of(Code code) {
    return switch (code) {
      case BAD_REQUEST, INCOMPLETE_UPLOAD, EMPTY_FILE -> 400;
      case UNAUTHENTICATED, BAD_CREDENTIALS, TOKEN_EXPIRED -> 401;
      case FORBIDDEN, ACCOUNT_SUSPENDED, SIGN_UP_CLOSED, INVITE_REQUIRED, LINK_EXPIRED -> 403;
      case NOT_FOUND -> 404;
      case CONFLICT, WRONG_STATE, EMAIL_TAKEN, IDEMPOTENCY_KEY_IN_USE -> 409;
      case UPLOAD_EXPIRED -> 410;
      case TOO_LARGE -> 413;
      case UNSUPPORTED_CONTAINER, UNSUPPORTED_CODEC -> 415;
      case NO_AUDIO_TRACK,
          UNREADABLE_MEDIA,
          PROTECTED_MEDIA,
          TRACK_NOT_FOUND,
          NOTHING_IN_RANGE,
          TOO_LONG,
          IMPLAUSIBLE_LENGTH,
          INVALID_OPTION,
          WEAK_PASSWORD,
          IDEMPOTENCY_KEY_REUSED ->
          422;
      case LOCKED_OUT, RATE_LIMITED, TOO_MANY_UPLOADS, QUOTA_EXCEEDED -> 429;
      case INTERNAL, CONVERSION_STALLED, CONVERSION_TIMEOUT, CONVERTER_CRASHED -> 500;
      case UNAVAILABLE, STOPPING -> 503;
      // As tus 1.0 defines it.
      case CHECKSUM_MISMATCH -> 460;
      case DISK_FULL -> 507;
    };
  }
}
