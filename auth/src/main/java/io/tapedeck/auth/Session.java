package io.tapedeck.auth;

import java.time.Instant;

/**
 * One sign-in that goes on, as its owner sees it.
 *
 * @param client what the program called itself when it last came
 * @param address from where it last came
 */
record Session(
    String id,
    String client,
    String address,
    Instant createdAt,
    Instant usedAt,
    Instant expiresAt) {

  /** Where a request comes from, cut to what is kept. */
  record Client(String name, String address) {
    Client {
      name = cut(name.replaceAll("\\p{Cntrl}", " "), 200);
      address = cut(address, 64);
    }

    private static String cut(String text, int length) {
      return text.length() > length ? text.substring(0, length) : text;
    }
  }
}
