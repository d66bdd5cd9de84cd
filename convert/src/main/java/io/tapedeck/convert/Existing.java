package io.tapedeck.convert;

/** What happens to an MP3 that is there already. */
enum Existing {
  /** It stays, and its video is refused. */
  KEPT,
  /** It stays, and its video is skipped. */
  SKIPPED,
  REPLACED
}
