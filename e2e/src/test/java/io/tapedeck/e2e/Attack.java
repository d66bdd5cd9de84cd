package io.tapedeck.e2e;

import io.tapedeck.contracts.Media;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Attacks a server of 256 MB of heap and 1,500 open files from other addresses of this machine,
 * while an honest user uploads, converts and downloads all the time; on loopback only. Prints a
 * table: how many of the honest tries succeeded, how long they took against a quiet server, and the
 * memory and open files after each attack.
 */
public final class Attack {
  private static final int HEAP_MIB = 256;
  private static final int FILES = 1500;

  /** Seconds; the server looks twice, 15 s apart, before it takes itself for idle. */
  private static final int LONGEST_REST = 50;

  private static final int WARM_UP = 50;

  /** An honest try takes this many times as long as on a quiet server, at most. */
  private static final int MOST_SLOWER = 3;

  private static final String MALLORY = "mallory@example.org";

  private final ServerProcess server;
  private final Path clip;
  private final Api honest;
  private final String token;
  private final Plan plan;

  /**
   * What came of one attack.
   *
   * @param time the median of an honest user's tries, in milliseconds
   * @param slowest of these tries
   * @param start the same numbers of the quiet server
   */
  record Outcome(
      String attack,
      int tries,
      int successes,
      long time,
      long slowest,
      long resident,
      long files,
      Optional<Outcome> start) {
    private Outcome quiet() {
      return start.orElse(this);
    }

    double slower() {
      return (double) time / quiet().time();
    }

    /** Whether the honest user and the server are as well as the house promises. */
    boolean isGood() {
      return successes == tries
          && slower() <= MOST_SLOWER
          && resident <= withinFifth(quiet().resident())
          && files <= withinFifth(quiet().files());
    }

    @Override
    public String toString() {
      return "%-54s %4d of %-4d %6d ms %5.1f x %6d ms %6d MB %6d%s"
          .formatted(
              attack,
              successes,
              tries,
              time,
              slower(),
              slowest,
              resident >> 20,
              files,
              isGood() ? "" : "  missed");
    }
  }

  private Attack(ServerProcess server, Path folder, Plan plan) throws Exception {
    this.server = server;
    this.plan = plan;
    URI uri = server.uri();
    this.clip = Media.video(folder.resolve("clip.mp4"), 2);
    this.honest = new Api(uri).signUp("ada@example.org");
    Api mallory = new Api(uri).signUp(MALLORY);
    mallory.ended(Api.id(mallory.convert(clip)));
    this.token = mallory.token();
  }

  public static void main(String[] arguments) throws Exception {
    int seconds = arguments.length == 0 ? 10 : Integer.parseInt(arguments[0]);
    String named = arguments.length < 2 ? "" : arguments[1];
    Path folder = Files.createTempDirectory("tapedeck-attack");
    System.out.println(
        "attack                                                   honest ok      time   quiet    slowest       RSS  files");
    List<Outcome> all =
        run(folder, new Plan(Duration.ofSeconds(seconds), 1, named), System.out::println);
    Folders.delete(folder);
    System.exit(all.stream().allMatch(Outcome::isGood) ? 0 : 1);
  }

  /**
   * How to attack.
   *
   * @param each how long each attack lasts
   * @param divisor makes attacks of many requests smaller; with 1 the server may rest after each
   * @param named only the attacks whose name contains this text
   */
  record Plan(Duration each, int divisor, String named) {}

  /** Attacks in every way. */
  static List<Outcome> run(Path folder, Plan plan, Consumer<Outcome> told) throws Exception {
    return run(folder, plan, Map.of(), attackers -> attackers.edge(plan.divisor()), told);
  }

  static List<Outcome> run(
      Path folder,
      Plan plan,
      Map<String, String> settings,
      Function<Attackers, Map<String, Attackers.Attacker>> ways,
      Consumer<Outcome> told)
      throws Exception {
    try (ServerProcess server =
        ServerProcess.limited(folder.resolve("data"), HEAP_MIB, FILES, settings)) {
      Attack attack = new Attack(server, folder, plan);
      return attack.all(ways.apply(new Attackers(server.uri(), attack.token, folder)), told);
    }
  }

  private List<Outcome> all(Map<String, Attackers.Attacker> attackers, Consumer<Outcome> told)
      throws Exception {
    for (int i = 0; i < WARM_UP / plan.divisor(); i++) {
      works(); // a cold server would be slow and make attacks look harmless
    }
    List<Outcome> outcomes = new ArrayList<>();
    for (Map.Entry<String, Attackers.Attacker> one : attackers.entrySet()) {
      if (outcomes.isEmpty() || one.getKey().contains(plan.named())) {
        Optional<Outcome> start = outcomes.stream().findFirst();
        outcomes.add(against(one.getKey(), one.getValue(), start));
        told.accept(outcomes.getLast());
      }
    }
    return outcomes;
  }

  private Outcome against(String name, Attackers.Attacker attacker, Optional<Outcome> start)
      throws Exception {
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
    long end = System.nanoTime() + plan.each().toNanos();
    do {
      tries++;
      long begin = System.nanoTime();
      if (works()) {
        times.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
      }
    } while (System.nanoTime() < end);
    over.set(true);
    close(held);
    attack.join();
    close(held);
    times.sort(null);
    long median = times.isEmpty() ? Long.MAX_VALUE : times.get(times.size() / 2);
    long slowest = times.isEmpty() ? Long.MAX_VALUE : times.getLast();
    return new Outcome(
        name, tries, times.size(), median, slowest, rested(start), settled(start), start);
  }

  /**
   * Resident memory of the server, once it has rested: it gives memory back when it has been idle
   * for some seconds.
   */
  private long rested(Optional<Outcome> start) throws IOException {
    long most = start.map(quiet -> withinFifth(quiet.resident())).orElse(0L);
    long now = server.resident();
    for (int i = 0; i < LONGEST_REST && plan.divisor() == 1 && now > most; i++) {
      LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
      now = server.resident();
    }
    return now;
  }

  private static long withinFifth(long quiet) {
    return quiet + quiet / 5;
  }

  /**
   * Open files of the server, once it has closed what was left. It notices that the client of an
   * event stream has gone when it sends the next sign of life, after up to 15 s.
   */
  private long settled(Optional<Outcome> start) throws IOException {
    long most = start.map(quiet -> withinFifth(quiet.files())).orElse(Long.MAX_VALUE);
    long now = server.files();
    for (int i = 0; i < 250 && now > most; i++) {
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
      now = server.files();
    }
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
