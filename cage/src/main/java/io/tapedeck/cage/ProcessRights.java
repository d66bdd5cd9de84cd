package io.tapedeck.cage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What this process may do, as the kernel says it.
 *
 * @param root whether its user is root
 * @param capabilities a bit for each
 */
record ProcessRights(boolean root, long capabilities) {
  /** The numbers of capabilities in {@code linux/capability.h}. */
  static final int READ_ANY = 2;

  private static final int SET_GROUPS = 6;
  private static final int SET_USER = 7;
  private static final int LOOK_AT_PROCESSES = 19;
  private static final int ADMINISTRATE = 21;

  static ProcessRights now() {
    try {
      String status = Files.readString(Path.of("/proc/self/status"));
      return new ProcessRights(
          status.matches("(?s).*\nUid:\\s+\\d+\\s+0\\s.*"),
          Long.parseUnsignedLong(status.replaceFirst("(?s).*\nCapEff:\\s+(\\w+)\n.*", "$1"), 16));
    } catch (IOException | NumberFormatException e) {
      return new ProcessRights(false, 0);
    }
  }

  /** Whether it can make namespaces without a user namespace of its own. */
  boolean administrator() {
    return has(ADMINISTRATE);
  }

  /**
   * Whether a child can get another user and still read its input, and this process can still see
   * how far it has read.
   */
  boolean canChangeUser() {
    return root && has(SET_GROUPS) && has(SET_USER) && has(READ_ANY) && has(LOOK_AT_PROCESSES);
  }

  private boolean has(int capability) {
    return (capabilities >> capability & 1) == 1;
  }
}
