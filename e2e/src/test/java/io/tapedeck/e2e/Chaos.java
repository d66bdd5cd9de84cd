package io.tapedeck.e2e;

import io.tapedeck.contracts.Media;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;

/**
 * Hands over many videos while the server is killed with -9 and started again, and then looks
 * whether anything was lost, done twice or left lying about. {@code dev/chaos --local} runs it.
 */
final class Chaos implements AutoCloseable {
  private static final int CLIENTS = 6;
  private static final int ACCOUNTS = 3;

  /** Longest pause between the moment a kill is due and the kill, in milliseconds. */
  private static final int JITTER = 600;

  /**
   * What is done.
   *
   * @param conversions how many videos
   * @param kills how often the server is killed, spread over the time of handing over
   * @param seed of all chance but the machine's own
   */
  record Plan(int conversions, int kills, long seed) {}

  private final Plan plan;
  private final Path folder;
  private final Random random;
  private final List<Path> clips = new ArrayList<>();
  private final Map<String, String> accepted = new ConcurrentHashMap<>();
  private final List<Api> accounts = new ArrayList<>();
  private final Wire wire;
  private ServerProcess server;
  private int restarts;

  private Chaos(Plan plan, Path folder) throws Exception {
    this.plan = plan;
    this.folder = folder;
    this.random = new Random(plan.seed());
    double[] lengths = {0.5, 2, 7, 30};
    for (double seconds : lengths) {
      clips.add(Media.video(folder.resolve("clip-" + seconds + ".mp4"), seconds));
    }
    server = start();
    wire = new Wire(server.uri(), sent -> {});
    for (int i = 0; i < ACCOUNTS; i++) {
      accounts.add(new Api(wire.uri()).signUp("chaos" + i + "@example.org"));
    }
  }

  private Path data() {
    return folder.resolve("data");
  }

  private ServerProcess start() throws Exception {
    return ServerProcess.start(data(), Map.of());
  }

  /** Does it all; takes minutes for hundreds of conversions. */
  static ChaosReport run(Plan plan, Path folder) throws Exception {
    try (Chaos chaos = new Chaos(plan, folder)) {
      chaos.handOver();
      return chaos.settle();
    }
  }

  private void handOver() throws Exception {
    ConcurrentLinkedQueue<Submission> todo = new ConcurrentLinkedQueue<>();
    for (int i = 0; i < plan.conversions(); i++) {
      boolean tus = i % 2 == 1;
      String name = "video-%04d-%s.mp4".formatted(i, tus ? "tus" : "form");
      todo.add(new Submission(accounts.get(i % ACCOUNTS), clips.get(i % clips.size()), name, tus));
    }
    try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<Void>> all = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        all.add(clients.submit(client(todo)));
      }
      for (int kill = 1; kill <= plan.kills(); kill++) {
        int due = plan.conversions() * kill / (plan.kills() + 1);
        while (accepted.size() < due && !all.stream().allMatch(Future::isDone)) {
          LockSupport.parkNanos(5_000_000);
        }
        LockSupport.parkNanos(random.nextInt(JITTER) * 1_000_000L);
        killAndRestart();
      }
      for (Future<Void> client : all) {
        client.get();
      }
    }
  }

  private Callable<Void> client(ConcurrentLinkedQueue<Submission> todo) {
    return () -> {
      for (Submission next = todo.poll(); next != null; next = todo.poll()) {
        accepted.put(next.name(), next.untilAccepted());
      }
      return null;
    };
  }

  private void killAndRestart() throws Exception {
    server.kill();
    server = start();
    wire.retarget(server.uri());
    restarts++;
  }

  /** Lets everything come to its end, then looks at what there is. */
  private ChaosReport settle() throws Exception {
    for (Api account : accounts) {
      for (var conversion : account.conversions()) {
        account.ended(Api.id(conversion));
      }
    }
    ChaosReport report = look();
    // E-mails and clearing up come a moment after the end of a conversion.
    for (int i = 0; i < 240 && !report.broken().isEmpty(); i++) {
      LockSupport.parkNanos(500_000_000);
      report = look();
    }
    return report;
  }

  private ChaosReport look() throws Exception {
    List<JsonNode> conversions = new ArrayList<>();
    for (Api account : accounts) {
      conversions.addAll(account.conversions());
    }
    List<String> mails = new ArrayList<>();
    for (Path mail : Outbox.of(data()).files()) {
      if (mail.toString().endsWith(".eml")) {
        mails.addAll(Outbox.conversions(Outbox.read(mail)));
      }
    }
    return ChaosReport.of(
        plan.conversions(),
        Map.of("restarts after kill -9", restarts),
        Map.copyOf(accepted),
        conversions,
        new ChaosReport.Remains(
            Folders.files(data().resolve("videos")),
            Folders.files(data().resolve("mp3s")),
            mails,
            Folders.files(data().resolve("uploads")),
            Folders.files(data().resolve("scratch"))),
        0);
  }

  @Override
  public void close() {
    wire.close();
    accounts.forEach(Api::close);
    server.close();
  }

  /** {@code [--conversions N] [--kills N] [--seed N]}; exit code 1 when an invariant is broken. */
  public static void main(String[] args) throws Exception {
    Map<String, Long> options =
        new HashMap<>(
            Map.of("--conversions", 200L, "--kills", 40L, "--seed", System.nanoTime() % 1_000_000));
    for (int i = 0; i + 1 < args.length; i += 2) {
      if (options.replace(args[i], Long.valueOf(args[i + 1])) == null) {
        System.err.println("chaos: unknown option " + args[i]);
        System.exit(2);
      }
    }
    Plan plan =
        new Plan(
            options.get("--conversions").intValue(),
            options.get("--kills").intValue(),
            options.get("--seed"));
    System.err.println("chaos: " + plan);
    Path folder = Files.createTempDirectory("tapedeck-chaos");
    ChaosReport report = run(plan, folder);
    System.out.println(report.table());
    report.broken().forEach(line -> System.out.println("BROKEN: " + line));
    if (report.broken().isEmpty()) {
      Folders.delete(folder);
    } else {
      System.out.println("What is left is in " + folder);
    }
    System.exit(report.broken().isEmpty() ? 0 : 1);
  }
}
