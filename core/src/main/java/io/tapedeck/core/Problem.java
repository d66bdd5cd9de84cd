package io.tapedeck.core;

/**
 * What went wrong, as a person reads it: the code with its title and hint, and a detail that names
 * cause and place in this one case ("the audio stops at 00:12:31"). RFC 9457 gives it its shape on
 * the wire.
 */
public record Problem(Code code, String detail) {
  @Override
  public String toString() {
    return code.wire() + ": " + detail;
  }
}
