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
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/**
 * A wire between clients and a server that may be killed: its own address stays, the servers behind
 * it change, and it can be slow or cut at any byte. Of several servers each connection gets the
 * next.
 */
final class Wire implements AutoCloseable {
  private final ServerSocket listening = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicLong sent = new AtomicLong();
  private final LongConsumer watcher;
  private final AtomicInteger turn = new AtomicInteger();
  private volatile List<Integer> targets = List.of();
  private volatile long delay;

  /**
   * @param watcher told after each piece how many bytes clients have sent in all; may call {@link
   *     #cut()}
   */
  Wire(URI server, LongConsumer watcher) throws IOException {
    this(watcher, server.getPort());
  }

  /** One to ports of this machine. */
  Wire(Integer... ports) throws IOException {
    this(sent -> {}, ports);
  }

  private Wire(LongConsumer watcher, Integer... ports) throws IOException {
    this.watcher = watcher;
    targets = List.of(ports);
    Thread.ofVirtual().start(this::accept);
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + listening.getLocalPort() + "/");
  }

  int port() {
    return listening.getLocalPort();
  }

  /** New connections go to this server. */
  void retarget(URI server) {
    targets = List.of(server.getPort());
  }

  /** Each piece comes so much later from now on, in milliseconds; 0 for at once. */
  void delay(long millis) {
    delay = millis;
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
    open.add(client);
    Socket server = connected();
    open.add(server);
    try {
      Thread up = Thread.ofVirtual().start(() -> copy(client, server, true));
      copy(server, client, false);
      up.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      reset(client);
      reset(server);
      open.remove(client);
      open.remove(server);
    }
  }

  /**
   * To the next server that listens; a closed one where none does, so that the client sees that.
   */
  private Socket connected() {
    List<Integer> ports = targets;
    int first = turn.getAndIncrement();
    for (int i = 0; i < ports.size(); i++) {
      Socket server = new Socket();
      try {
        int port = ports.get(Math.floorMod(first + i, ports.size()));
        server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 2000);
        return server;
      } catch (IOException e) {
        reset(server);
      }
    }
    Socket none = new Socket();
    reset(none);
    return none;
  }

  private void copy(Socket from, Socket to, boolean counted) {
    byte[] piece = new byte[64 * 1024];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
        if (delay > 0) {
          LockSupport.parkNanos(delay * 1_000_000);
        }
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
