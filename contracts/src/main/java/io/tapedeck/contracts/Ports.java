package io.tapedeck.contracts;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for servers that cannot choose one by themselves, or that keep theirs while they are down.
 * They lie below those that the system gives to connections, so that none of these takes them
 * before the server does.
 */
public final class Ports {
  private static final int FIRST = 15_000;
  private static final int END = 32_000;

  private Ports() {}

  /** One that nobody listens at now. */
  public static int free() throws IOException {
    for (int tries = 0; tries < END - FIRST; tries++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, END);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        // Taken; another one.
      }
    }
    throw new IOException("no port from " + FIRST + " to " + END + " is free");
  }
}
