package io.tapedeck.e2e;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.tapedeck.cluster.GridFsBlobStore;
import io.tapedeck.contracts.Media;
import io.tapedeck.core.BlobId;
import io.tapedeck.core.BlobStore;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Hands over many videos to a cluster while everything in it fails, one thing after the other, and
 * then looks whether anything was lost, done twice or left lying about. {@code dev/chaos} runs it.
 */
final class Storm implements AutoCloseable {
  private static final int CLIENTS = 6;
  private static final int ACCOUNTS = 3;

  /** Longest pause between two blows, in milliseconds. */
  private static final int CALM = 3_000;

  /** How long things may take to come to rest after the last blow. */
  private static final Duration REST = Duration.ofMinutes(8);

  private static final Pattern CONFIRMATION = Pattern.compile("v1/email-confirmations/[0-9a-f]+");

  /** Short graces, so that the Janitor's work is seen within minutes. */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "TAPEDECK_ACCOUNTS_SIGN_UP", "open",
          "TAPEDECK_MAIL_HOST", "127.0.0.1",
          "TAPEDECK_MAIL_SECURITY", "none",
          "TAPEDECK_LIMITS_DISK_MARGIN", "0",
          "TAPEDECK_KEEP_UPLOADS", "90s",
          "TAPEDECK_KEEP_ORPHANS", "60s");

  /**
   * What is done.
   *
   * @param conversions how many videos, handed over evenly in the time
   * @param seconds how long the storm lasts
   * @param seed of all chance but the machine's own
   */
  record Plan(int conversions, int seconds, long seed) {}

  private final Plan plan;
  private final List<Path> clips = new ArrayList<>();
  private final Map<String, String> accepted = new ConcurrentHashMap<>();
  private final List<Api> accounts = new ArrayList<>();
  private final GreenMail post;
  private final Wire mail;
  private final Cluster cluster;
  private final Wire entrance;
  private final Blows blows;
  private final BlobStore blobs;
  private long slowest;
  private long recovery;

  private Storm(Plan plan, Path folder) throws Exception {
    this.plan = plan;
    for (double seconds : new double[] {0.5, 2, 7, 30}) {
      clips.add(Media.video(folder.resolve("clip-" + seconds + ".mp4"), seconds));
    }
    post = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    post.start();
    mail = new Wire(post.getSmtp().getPort());
    Path home = Files.createDirectories(folder.resolve("cluster"));
    boolean smallDisk = Blows.smallDisk(home);
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.put("TAPEDECK_MAIL_PORT", String.valueOf(mail.port()));
    cluster = Cluster.wired(home, settings);
    entrance = new Wire(cluster.uri().getPort(), cluster.otherGateway().getPort());
    blows = new Blows(cluster, mail, new Random(plan.seed()), smallDisk);
    blobs = GridFsBlobStore.at(cluster.files().uri() + "/tapedeck", Clock.systemUTC());
    for (int i = 0; i < ACCOUNTS; i++) {
      String email = "storm" + i + "@example.org";
      accounts.add(new Api(entrance.uri()).signUp(email));
      confirm(accounts.getLast(), email);
    }
  }

  /** Confirms the address of an account, as whoever signs up must before any result is mailed. */
  private void confirm(Api account, String email) throws Exception {
    int before = post.getReceivedMessages().length;
    Api.expect(202, account.post("v1/password-resets", "{\"email\":\"" + email + "\"}"));
    if (!post.waitForIncomingEmail(60_000, before + 1)) {
      throw new AssertionError("no question about " + email);
    }
    Matcher link = CONFIRMATION.matcher(Outbox.text(post.getReceivedMessages()[before]));
    if (!link.find()) {
      throw new AssertionError("no link in the question about " + email);
    }
    if (account.post(link.group(), "{}").statusCode() != 200) {
      throw new AssertionError(email + " could not be confirmed");
    }
  }

  /** Does it all; takes some minutes more than the plan says. */
  static ChaosReport run(Plan plan, Path folder) throws Exception {
    try (Storm storm = new Storm(plan, folder)) {
      storm.handOver();
      return storm.settle();
    }
  }

  private void handOver() throws Exception {
    AtomicInteger next = new AtomicInteger();
    long begin = System.nanoTime();
    try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<Void>> all = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        all.add(clients.submit(client(next, begin)));
      }
      Random calm = new Random(plan.seed() + 1);
      while (!all.stream().allMatch(Future::isDone)) {
        LockSupport.parkNanos(calm.nextInt(CALM) * 1_000_000L);
        String blow = blows.strike();
        recovered(blow);
      }
      for (Future<Void> client : all) {
        client.get();
      }
    }
  }

  /** Waits for the next video that is accepted after a blow. */
  private void recovered(String blow) {
    long healed = System.nanoTime();
    int before = accepted.size();
    while (accepted.size() == before
        && accepted.size() < plan.conversions()
        && System.nanoTime() - healed < REST.toNanos()) {
      LockSupport.parkNanos(5_000_000);
    }
    long took = System.nanoTime() - healed;
    if (took > recovery) {
      recovery = took;
    }
    System.err.printf(
        "storm: %-26s accepted %d, the next %.1f s after it%n", blow, accepted.size(), took / 1e9);
  }

  private Callable<Void> client(AtomicInteger next, long begin) {
    return () -> {
      for (int i = next.getAndIncrement(); i < plan.conversions(); i = next.getAndIncrement()) {
        long due = begin + plan.seconds() * 1_000_000_000L / plan.conversions() * i;
        LockSupport.parkNanos(due - System.nanoTime());
        boolean tus = i % 2 == 1;
        String name = "video-%04d-%s.mp4".formatted(i, tus ? "tus" : "form");
        Path clip = clips.get(i % clips.size());
        long first = System.nanoTime();
        String id = new Submission(accounts.get(i % ACCOUNTS), clip, name, tus).untilAccepted();
        noteSlowest(System.nanoTime() - first);
        accepted.put(name, id);
      }
      return null;
    };
  }

  private synchronized void noteSlowest(long nanos) {
    slowest = Math.max(slowest, nanos);
  }

  /** Lets everything come to its end, then looks at what there is. */
  private ChaosReport settle() throws Exception {
    for (int i = 0; i < ACCOUNTS; i++) {
      accounts.get(i).signIn("storm" + i + "@example.org");
      for (JsonNode conversion : accounts.get(i).conversions()) {
        accounts.get(i).ended(Api.id(conversion));
      }
    }
    long end = System.nanoTime() + REST.toNanos();
    ChaosReport report = look();
    while (!report.broken().isEmpty() && System.nanoTime() < end) {
      LockSupport.parkNanos(2_000_000_000);
      report = look();
    }
    return report;
  }

  private ChaosReport look() throws Exception {
    List<JsonNode> conversions = new ArrayList<>();
    for (Api account : accounts) {
      conversions.addAll(account.conversions());
    }
    Map<String, Object> story = new LinkedHashMap<>(blows.struck());
    story.put("longest wait after a blow", "%.1f s".formatted(recovery / 1e9));
    story.put("slowest acceptance", "%.1f s".formatted(slowest / 1e9));
    int mayBeTwice =
        blows.struck().entrySet().stream()
            .filter(each -> each.getKey().matches("(kill -9, notification|wire cut, mail)"))
            .mapToInt(Map.Entry::getValue)
            .sum();
    return ChaosReport.of(
        plan.conversions(), story, Map.copyOf(accepted), conversions, remains(), mayBeTwice);
  }

  private ChaosReport.Remains remains() throws Exception {
    List<String> drafts = new ArrayList<>();
    List<String> scratch = new ArrayList<>();
    for (String node : List.of("converter-1", "converter-2")) {
      scratch.addAll(Folders.files(cluster.folder().resolve(node).resolve("scratch")));
    }
    return new ChaosReport.Remains(
        keys(BlobId.Bucket.VIDEOS, drafts),
        keys(BlobId.Bucket.MP3S, drafts),
        mails(),
        drafts,
        scratch);
  }

  private List<String> keys(BlobId.Bucket bucket, List<String> drafts) {
    List<String> keys = new ArrayList<>();
    blobs.each(bucket, entry -> (entry.published() ? keys : drafts).add(entry.id().key()));
    return keys;
  }

  /** For each e-mail the conversions that it is about. */
  private List<String> mails() throws IOException, MessagingException {
    List<String> about = new ArrayList<>();
    for (MimeMessage mail : post.getReceivedMessages()) {
      about.addAll(Outbox.conversions(mail));
    }
    return about;
  }

  @Override
  public void close() {
    entrance.close();
    accounts.forEach(Api::close);
    blobs.close();
    cluster.close();
    blows.close();
    mail.close();
    post.stop();
  }

  /**
   * {@code [--conversions N] [--minutes N] [--seed N]}; exit code 1 when an invariant is broken.
   */
  public static void main(String[] args) throws Exception {
    Map<String, Long> options =
        new HashMap<>(
            Map.of(
                "--conversions", 500L, "--minutes", 10L, "--seed", System.nanoTime() % 1_000_000));
    for (int i = 0; i + 1 < args.length; i += 2) {
      if (options.replace(args[i], Long.valueOf(args[i + 1])) == null) {
        System.err.println("chaos: unknown option " + args[i]);
        System.exit(2);
      }
    }
    Plan plan =
        new Plan(
            options.get("--conversions").intValue(),
            options.get("--minutes").intValue() * 60,
            options.get("--seed"));
    System.err.println("chaos: " + plan);
    Path folder = Files.createTempDirectory("tapedeck-storm");
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
