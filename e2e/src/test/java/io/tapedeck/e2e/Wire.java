package io.tapedeck.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * A wire between clients and a server that may be killed: its own address stays, the server behind
 * it changes, and it can be cut at any byte.
 */
final class Wire implements AutoCloseable {
  private final ServerSocket listening = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicLong sent = new AtomicLong();
  private final LongConsumer watcher;
  private volatile int target;

  /**
   * @param watcher told after each piece how many bytes clients have sent in all; may call {@link
   *     #cut()}
   */
  Wire(URI server, LongConsumer watcher) throws IOException {
    this.watcher = watcher;
    retarget(server);
    Thread.ofVirtual().start(this::accept);
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + listening.getLocalPort() + "/");
  }

  /** New connections go to this server. */
  void retarget(URI server) {
    target = server.getPort();
  }

  /** Resets all connections, as a cable that is pulled does. */
  void cut() {
    open.forEach(Wire::reset);
  }

  private static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      // It was closed already.
    }
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket client = listening.accept();
        Thread.ofVirtual().start(() -> join(client));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void join(Socket client) {
    Socket server = new Socket();
    open.add(client);
    open.add(server);
    try {
      server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), 2000);
      Thread up = Thread.ofVirtual().start(() -> copy(client, server, true));
      copy(server, client, false);
      up.join();
    } catch (IOException | InterruptedException e) {
      // Nobody listens there now; the client sees a closed connection.
    } finally {
      reset(client);
      reset(server);
      open.remove(client);
      open.remove(server);
    }
  }

  private void copy(Socket from, Socket to, boolean counted) {
    byte[] piece = new byte[64 * 1024];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
        out.write(piece, 0, n);
        if (counted) {
          watcher.accept(sent.addAndGet(n));
        }
      }
      to.shutdownOutput();
    } catch (IOException e) {
      reset(from);
      reset(to);
    }
  }

  @Override
  public void close() {
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cut();
  }
}
