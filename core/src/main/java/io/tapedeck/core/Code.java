package io.tapedeck.core;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The codes of all refusals and failures of Tapedeck. The wire name (lower case with dashes) is a
 * promise to clients. The title says what happened. The hint says what to do about it. A table in
 * {@code http} gives each code its HTTP status; {@code http} also has the few refusals that belong
 * to HTTP itself. {@link #retryable()} says whether a retry can succeed.
 */
public enum Code {
  // What was uploaded
  NO_AUDIO_TRACK(
      "The file has no audio track", "Choose a file with audio, or another track.", false),
  UNREADABLE_MEDIA(
      "The file is damaged and nothing of it can be played",
      "Export or copy the video again and upload it again.",
      false),
  UNSUPPORTED_CONTAINER(
      "This kind of file is not accepted",
      "Upload a video or audio file: MP4, MOV, MKV, WebM, AVI, FLV, TS, MP3, M4A, WAV, OGG, FLAC.",
      false),
  UNSUPPORTED_CODEC(
      "The audio is in a format that is not accepted",
      "Convert the audio to AAC, MP3, Opus, Vorbis, FLAC or PCM first.",
      false),
  PROTECTED_MEDIA(
      "The file is protected (DRM) and only players with a licence can read it",
      "Use the original without protection, such as your own recording.",
      false),
  EMPTY_FILE(
      "The file is empty",
      "Check that the file was written completely and upload it again.",
      false),
  TRACK_NOT_FOUND("There is no such audio track", "Choose one of the tracks the file has.", false),
  NOTHING_IN_RANGE(
      "The chosen part of the file is empty",
      "Choose a start before the end and within the file's length.",
      false),
  TOO_LONG(
      "The audio is longer than this server accepts",
      "Cut it into parts, or ask the administrator for a higher limit.",
      false),
  TOO_LARGE(
      "The file is larger than this server accepts",
      "Upload only the audio, or ask the administrator for a higher limit.",
      false),
  IMPLAUSIBLE_LENGTH(
      "The file claims more audio than so few bytes can hold",
      "Its times are probably damaged: export it again and upload it again.",
      false),
  CONVERSION_STALLED(
      "The conversion stopped moving and was ended",
      "Try again; if it happens again the file is probably damaged.",
      true),
  CONVERSION_TIMEOUT(
      "The conversion took longer than allowed",
      "Cut the video into parts, or ask the administrator for a higher limit.",
      true),
  CONVERTER_CRASHED(
      "The conversion failed several times without a reason",
      "The file is probably damaged; export it again and upload it again.",
      true),

  // Errors in a request
  BAD_REQUEST(
      "The request is not well formed", "Correct what the detail names and send it again.", false),
  INVALID_OPTION(
      "An option has a value that is not possible",
      "Correct the option that the detail names.",
      false),
  NOT_FOUND(
      "There is no such thing here",
      "Check the address; it may have expired or been deleted.",
      false),
  CONFLICT("Something else got there first", "Read the newest state and decide again.", false),
  WRONG_STATE(
      "That cannot be done in the state it is in",
      "Read the newest state and decide again.",
      false),
  CHECKSUM_MISMATCH(
      "The bytes that arrived are not those that were sent", "Send this part again.", true),
  INCOMPLETE_UPLOAD(
      "The connection ended before all bytes had arrived",
      "Send it again, or use a resumable upload and resume where it ended.",
      true),
  UPLOAD_EXPIRED("The upload was left for too long and is gone", "Start it anew.", false),
  IDEMPOTENCY_KEY_REUSED(
      "This Idempotency-Key was used for another request",
      "Use a new key for a new request.",
      false),
  IDEMPOTENCY_KEY_IN_USE(
      "A request with this Idempotency-Key is under way",
      "Wait for its answer, then ask again with the same key.",
      true),

  // Sign-in and permissions
  UNAUTHENTICATED("You are not signed in", "Sign in, or send a valid token or API key.", false),
  BAD_CREDENTIALS(
      "E-mail and password do not fit together", "Check both, or reset the password.", false),
  TOKEN_EXPIRED("The token has expired", "Refresh the session, or sign in again.", false),
  LOCKED_OUT("Too many failed attempts", "Wait as long as Retry-After says, then try again.", true),
  FORBIDDEN("You may not do that", "Ask an administrator.", false),
  ACCOUNT_SUSPENDED("The account is suspended", "Ask an administrator to resume it.", false),
  SIGN_UP_CLOSED("Sign-up is closed on this server", "Ask an administrator for an account.", false),
  INVITE_REQUIRED("Sign-up needs an invitation", "Ask an administrator for an invitation.", false),
  EMAIL_TAKEN(
      "There is an account with this e-mail already", "Sign in, or reset the password.", false),
  WEAK_PASSWORD(
      "The password is too short or too well known",
      "Use at least 10 characters that nobody would guess.",
      false),
  LINK_EXPIRED("The link has expired or is not genuine", "Sign in and get a new one.", false),

  // Limits
  QUOTA_EXCEEDED(
      "Your quota is used up",
      "Delete what you no longer need, or wait until it is renewed.",
      false),
  RATE_LIMITED("Too many requests", "Wait as long as Retry-After says.", true),
  TOO_MANY_UPLOADS("Too many uploads are open at once", "Finish or delete one first.", true),
  DISK_FULL(
      "The server has no room for this file now",
      "Try again later, or ask the administrator to make room.",
      true),

  // Faults of the server
  UNAVAILABLE(
      "A part of Tapedeck is not available now",
      "Try again in a moment; nothing that was accepted is lost.",
      true),
  STOPPING("The server is stopping", "Try again in a moment.", true),
  INTERNAL(
      "Something went wrong on our side",
      "Try again; if it happens again tell the administrator the traceId.",
      true);

  private final String title;
  private final String hint;
  private final boolean retryable;

  Code(String title, String hint, boolean retryable) {
    this.title = title;
    this.hint = hint;
    this.retryable = retryable;
  }

  /** The stable name on the wire, such as {@code no-audio-track}. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** One sentence: what happened. */
  public String title() {
    return title;
  }

  /** One sentence: what to do about it. */
  public String hint() {
    return hint;
  }

  /** Whether the same request can succeed later without being changed. */
  public boolean retryable() {
    return retryable;
  }

  /** The code with this wire name. */
  public static Optional<Code> of(String wire) {
    return Arrays.stream(values()).filter(code -> code.wire().equals(wire)).findFirst();
  }
}
