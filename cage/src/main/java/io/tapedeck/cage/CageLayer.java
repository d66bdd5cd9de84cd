package io.tapedeck.cage;

/** One layer of the cage: each holds by itself if the others should fail. */
public enum CageLayer {
  /** A child can never gain rights, and has no capabilities. */
  PRIVILEGES("no new privileges", true),
  /** Memory, processor time, open files, and no byte in any file. */
  LIMITS("limits", true),
  /** Only the system calls that decoding needs: no sockets, no processes, no open for writing. */
  SYSTEM_CALLS("system calls", true),
  /** Only the input and the libraries can be read (Landlock). */
  FILES("files", true),
  /** A network without interfaces, own IPC, and mounts that are all read-only. */
  NAMESPACES("namespaces", false),
  /** The user nobody where we are root, so that it owns no file and no process of ours. */
  USER("another user", false);

  private final String words;
  private final boolean everywhere;

  CageLayer(String words, boolean everywhere) {
    this.words = words;
    this.everywhere = everywhere;
  }

  /** Its name for operators. */
  public String words() {
    return words;
  }

  /** Whether it needs no rights, so that it can be required of any user and container. */
  public boolean everywhere() {
    return everywhere;
  }
}
