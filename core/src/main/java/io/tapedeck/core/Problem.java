package io.tapedeck.core;

/**
 * What went wrong, for a person to read: the code with its title and hint, and a detail. The detail
 * names the cause and the place in this one case ("the audio stops at 00:12:31"). RFC 9457 defines
 * the form on the wire.
 */
public record Problem(Code code, String detail) {
  @Override
  public String toString() {
    return code.wire() + ": " + detail;
  }
}
