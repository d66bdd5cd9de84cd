package io.tapedeck.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Ways to attack a server from other addresses of this machine.
 *
 * @param token of an account that attacks
 * @param folder for files that are sent
 */
record Attackers(URI uri, String token, Path folder) {
  /** One attack: it holds what it can until it is told to stop. */
  @FunctionalInterface
  interface Attacker {
    void attack(List<Socket> held, AtomicBoolean over) throws Exception;
  }

  /** All ways to attack; the first does nothing. */
  Map<String, Attacker> edge(int divisor) {
    Map<String, Attacker> attackers = new LinkedHashMap<>();
    attackers.put("nothing (quiet)", (held, over) -> {});
    attackers.put("1,600 idle connections", (held, over) -> open(held, 1600, socket -> {}));
    attackers.put(
        "1,600 heads that trickle",
        (held, over) -> trickle(held, over, 1600, "GET / HTTP/1.1\r\nHost: localhost\r\nX: "));
    attackers.put(
        "1,000 JSON bodies of 8 KB that stall before the end",
        (held, over) -> open(held, 1000, socket -> send(socket, json(8000, 7999))));
    attackers.put(
        "1,000 JSON bodies of 256 KiB that stall before the end",
        (held, over) -> open(held, 1000, socket -> send(socket, json(262_144, 261_000))));
    attackers.put(
        (13_000 / divisor) + " requests with invented methods of 15 KB",
        (held, over) -> invented(13_000 / divisor, over));
    attackers.put(
        "600 uploads of one account that trickle",
        (held, over) -> trickle(held, over, 600, upload()));
    attackers.put(
        "600 event streams of one account",
        (held, over) -> open(held, 600, socket -> send(socket, as("GET /v1/events"))));
    attackers.put(
        "600 answers that nobody reads",
        (held, over) ->
            open(held, 600, socket -> send(socket, as("GET /openapi.yaml").repeat(50))));
    attackers.put(
        "wrong passwords for the honest user, from 25 addresses",
        (held, over) -> guess(held, over, 25, Integer.MAX_VALUE, false));
    attackers.put(
        "wrong passwords from one address that claims to be many",
        (held, over) -> guess(held, over, 25, Integer.MAX_VALUE, true));
    attackers.put("queries that are no UTF-8", (held, over) -> odd(over));
    attackers.putAll(new Spenders(new Api(uri).signedIn(token), folder).all());
    return attackers;
  }

  /** What dev/bench abuse does; the first does nothing. */
  Map<String, Attacker> abuse() {
    Map<String, Attacker> attackers = new LinkedHashMap<>();
    attackers.put("nothing", (held, over) -> {});
    attackers.put("1,000 slow uploads", (held, over) -> trickle(held, over, 1000, upload()));
    attackers.put(
        "10,000 wrong passwords, 250 at once",
        (held, over) -> guess(held, over, 250, 10_000, false));
    attackers.put(
        "50 uploads at once that together exceed the disk",
        (held, over) -> fill(held, over, 50, 100L << 20));
    return attackers;
  }

  private interface Opened {
    void on(Socket socket) throws IOException;
  }

  private void open(List<Socket> held, int count, Opened then) {
    for (int i = 0; i < count; i++) {
      try {
        Socket socket = connect("127.0.0.2");
        held.add(socket);
        then.on(socket);
      } catch (IOException e) {
        // Closed by the server: that is its defence. The next one.
      }
    }
  }

  private void trickle(List<Socket> held, AtomicBoolean over, int count, String head) {
    open(held, count, socket -> send(socket, head));
    while (!over.get()) {
      for (Socket socket : List.copyOf(held)) {
        try {
          send(socket, "x");
        } catch (IOException e) {
          held.remove(socket);
        }
      }
      LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
    }
  }

  private void invented(int count, AtomicBoolean over) {
    for (int i = 0; i < count && !over.get(); i++) {
      String method = "M" + i + "X".repeat(15_000);
      try (Socket socket = connect("127.0.0.2")) {
        send(socket, close(method + " /"));
        socket.getInputStream().readAllBytes();
      } catch (IOException e) {
        // Refused.
      }
    }
  }

  private void guess(List<Socket> held, AtomicBoolean over, int atOnce, int most, boolean claiming)
      throws InterruptedException {
    AtomicInteger guesses = new AtomicInteger();
    List<Thread> guessers =
        IntStream.range(0, atOnce)
            .mapToObj(i ->
                Thread.ofVirtual()
                    .start(() -> {
                      while (!over.get() && guesses.get() < most) {
                        String body =
                            "{\"email\":\"ada@example.org\",\"password\":\"guess"
                                + guesses.incrementAndGet()
                                + "\"}";
                        String from = "127.0.1." + (i % 25 + 1);
                        String claim =
                            claiming
                                ? "Forwarded: for=%s\r\nX-Forwarded-For: %s\r\n"
                                    .formatted(from, from)
                                : "";
                        try (Socket socket = connect(claiming ? "127.0.0.3" : from)) {
                          held.add(socket);
                          String head = post(body.length(), claim + "Connection: close\r\n");
                          send(socket, head + body);
                          socket.getInputStream().readAllBytes();
                        } catch (IOException e) {
                          // Refused.
                        }
                      }
                    }))
            .toList();
    for (Thread guesser : guessers) {
      guesser.join();
    }
  }

  private void odd(AtomicBoolean over) {
    while (!over.get()) {
      try (Socket socket = connect("127.0.0.2")) {
        send(socket, close("GET /v1/conversions/x/mp3?signature=%ff"));
        socket.getInputStream().readAllBytes();
      } catch (IOException e) {
        // Refused.
      }
    }
  }

  /** Uploads at once, as fast as the server takes them. */
  private void fill(List<Socket> held, AtomicBoolean over, int count, long each)
      throws InterruptedException {
    List<Thread> uploads =
        IntStream.range(0, count)
            .mapToObj(i -> Thread.ofVirtual().start(() -> fill(held, over, each)))
            .toList();
    for (Thread upload : uploads) {
      upload.join();
    }
  }

  private void fill(List<Socket> held, AtomicBoolean over, long length) {
    byte[] zeros = new byte[1 << 16];
    while (!over.get()) {
      try (Socket socket = connect("127.0.0.2")) {
        held.add(socket);
        send(socket, upload(length));
        for (long sent = 0; sent < length && !over.get(); sent += zeros.length) {
          socket.getOutputStream().write(zeros);
        }
      } catch (IOException e) {
        // Refused: again, after a moment.
        LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
      }
    }
  }

  private String upload() {
    return upload(90_000);
  }

  private String upload(long length) {
    String name = Base64.getEncoder().encodeToString("x.mp4".getBytes(StandardCharsets.UTF_8));
    return "POST /v1/uploads HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
        + token
        + "\r\nTus-Resumable: 1.0.0\r\nUpload-Length: "
        + length
        + "\r\nUpload-Metadata: filename "
        + name
        + "\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: "
        + length
        + "\r\n\r\n";
  }

  private static String close(String line) {
    return line + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  }

  private String as(String line) {
    return line + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token + "\r\n\r\n";
  }

  private static String post(int length, String more) {
    return "POST /v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        + more
        + "Content-Length: "
        + length
        + "\r\n\r\n";
  }

  private static String json(int length, int sent) {
    return post(length, "") + "{\"email\":\"" + "x".repeat(sent - 10);
  }

  private Socket connect(String from) throws IOException {
    return new Socket(
        InetAddress.getLoopbackAddress(), uri.getPort(), InetAddress.ofLiteral(from), 0);
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }
}
