package io.tapedeck.e2e;

import io.tapedeck.contracts.Media;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Attacks a server of 256 MB of heap and 1,500 open files from other addresses of this machine,
 * while an honest user uploads, converts and downloads all the time; on loopback only. Prints a
 * table: how many of the honest tries succeeded, how long they took against a quiet server, and the
 * memory and open files after each attack.
 */
public final class Attack {
  private static final int HEAP_MIB = 256;
  private static final int FILES = 1500;
  private static final String MALLORY = "mallory@example.org";

  private final ServerProcess server;
  private final URI uri;
  private final Path clip;
  private final Api honest;
  private final String token;
  private final Duration each;
  private long quietFiles;

  /** What came of one attack. Times are medians, in milliseconds. */
  record Outcome(
      String attack, int tries, int successes, long time, long quiet, long resident, long files) {
    @Override
    public String toString() {
      return "%-52s %4d of %-4d %6d ms %5.1f x %6d MB %6d"
          .formatted(attack, successes, tries, time, (double) time / quiet, resident >> 20, files);
    }
  }

  /** One attack: it holds what it can until it is told to stop. */
  private interface Attacker {
    void attack(List<Socket> held, AtomicBoolean over) throws Exception;
  }

  private Attack(ServerProcess server, Path folder, Duration each) throws Exception {
    this.server = server;
    this.uri = server.uri();
    this.each = each;
    this.clip = Media.video(folder.resolve("clip.mp4"), 2);
    this.honest = new Api(uri).signUp("ada@example.org");
    Api mallory = new Api(uri).signUp(MALLORY);
    mallory.ended(Api.id(mallory.convert(clip)));
    this.token = mallory.token();
  }

  public static void main(String[] arguments) throws Exception {
    int seconds = arguments.length == 0 ? 10 : Integer.parseInt(arguments[0]);
    Path folder = Files.createTempDirectory("tapedeck-attack");
    System.out.println(
        "attack                                               honest ok       time   quiet       RSS  files");
    List<Outcome> all = run(folder, Duration.ofSeconds(seconds), 1, System.out::println);
    Folders.delete(folder);
    System.exit(all.stream().allMatch(outcome -> outcome.successes() == outcome.tries()) ? 0 : 1);
  }

  /**
   * Attacks in every way.
   *
   * @param each how long each attack lasts
   * @param divisor makes attacks of many requests smaller
   */
  static List<Outcome> run(Path folder, Duration each, int divisor, Consumer<Outcome> told)
      throws Exception {
    try (ServerProcess server =
        ServerProcess.limited(folder.resolve("data"), HEAP_MIB, FILES, Map.of())) {
      return new Attack(server, folder, each).all(divisor, told);
    }
  }

  private List<Outcome> all(int divisor, Consumer<Outcome> told) throws Exception {
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
    attackers.put("wrong passwords for the honest user, from 25 addresses", this::guess);
    attackers.put("queries that are no UTF-8", (held, over) -> odd(over));
    List<Outcome> outcomes = new ArrayList<>();
    long quiet = 0;
    for (Map.Entry<String, Attacker> one : attackers.entrySet()) {
      Outcome outcome = against(one.getKey(), one.getValue(), quiet);
      quiet = quiet == 0 ? outcome.time() : quiet;
      outcomes.add(outcome);
      told.accept(outcome);
    }
    return outcomes;
  }

  private Outcome against(String name, Attacker attacker, long quiet) throws Exception {
    List<Socket> held = Collections.synchronizedList(new ArrayList<>());
    AtomicBoolean over = new AtomicBoolean();
    CountDownLatch begun = new CountDownLatch(1);
    Thread attack =
        Thread.ofVirtual()
            .start(() -> {
              try {
                begun.countDown();
                attacker.attack(held, over);
              } catch (Exception e) {
                over.set(true); // the server closed a connection: that is its defence
              }
            });
    begun.await();
    List<Long> times = new ArrayList<>();
    int tries = 0;
    long end = System.nanoTime() + each.toNanos();
    do {
      tries++;
      long start = System.nanoTime();
      if (works()) {
        times.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
      }
    } while (System.nanoTime() < end);
    over.set(true);
    close(held);
    attack.join();
    close(held);
    long median = times.isEmpty() ? 0 : times.stream().sorted().toList().get(times.size() / 2);
    return new Outcome(
        name,
        tries,
        times.size(),
        median,
        quiet == 0 ? Math.max(1, median) : quiet,
        server.resident(),
        settled());
  }

  /**
   * Open files of the server, once it has closed what was left. It notices that the client of an
   * event stream has gone when it sends the next sign of life, after up to 15 s.
   */
  private long settled() throws IOException {
    long now = server.files();
    for (int i = 0; i < 250 && quietFiles > 0 && now > quietFiles + quietFiles / 5; i++) {
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
      now = server.files();
    }
    quietFiles = quietFiles == 0 ? now : quietFiles;
    return now;
  }

  /** Whether an honest person can sign in, upload, wait and download. */
  private boolean works() {
    try {
      String id = Api.id(honest.convert(clip));
      boolean ready = Api.state(honest.ended(id)).equals("ready");
      int got = honest.bytes(honest.request("v1/conversions/" + id + "/mp3")).statusCode();
      honest.send(honest.request("v1/conversions/" + id).DELETE());
      return ready && got == 200;
    } catch (IOException | AssertionError e) {
      System.err.println("honest: " + e);
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
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

  private void guess(List<Socket> held, AtomicBoolean over) throws InterruptedException {
    AtomicInteger guesses = new AtomicInteger();
    List<Thread> guessers =
        IntStream.range(0, 25)
            .mapToObj(i ->
                Thread.ofVirtual()
                    .start(() -> {
                      while (!over.get()) {
                        String body =
                            "{\"email\":\"ada@example.org\",\"password\":\"guess"
                                + guesses.incrementAndGet()
                                + "\"}";
                        try (Socket socket = connect("127.0.1." + (i + 1))) {
                          held.add(socket);
                          send(socket, post(body.length(), "Connection: close\r\n") + body);
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

  private String upload() {
    String name = Base64.getEncoder().encodeToString("x.mp4".getBytes(StandardCharsets.UTF_8));
    return "POST /v1/uploads HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
        + token
        + "\r\nTus-Resumable: 1.0.0\r\nUpload-Length: 90000\r\nUpload-Metadata: filename "
        + name
        + "\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: 90000\r\n\r\n";
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

  private static void close(List<Socket> sockets) {
    for (Socket socket : List.copyOf(sockets)) {
      try {
        socket.close();
      } catch (IOException e) {
        // Closed already.
      }
    }
    sockets.clear();
  }
}
