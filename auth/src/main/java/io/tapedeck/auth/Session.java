package io.tapedeck.auth;

import java.time.Instant;

/**
 * One session, as its owner sees it.
 *
 * @param client the program's own name in its last request
 * @param address of its last request
 */
record Session(
    String id,
    String client,
    String address,
    Instant createdAt,
    Instant usedAt,
    Instant expiresAt) {

  /** The client of a request, shortened to what is stored. */
  record Client(String name, String address) {
    Client {
      name = cut(name.replaceAll("\\p{Cc}", " "), 200);
      address = cut(address, 64);
    }

    private static String cut(String text, int length) {
      return text.length() > length ? text.substring(0, length) : text;
    }
  }
}
