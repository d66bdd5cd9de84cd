package io.tapedeck.e2e;

import io.tapedeck.contracts.Signal;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * What can befall a cluster: each of its processes killed or frozen, its wires slow or cut, its
 * scratch disk full. One at a time, each healed after some seconds.
 */
final class Blows implements AutoCloseable {
  private static final int LONGEST = 8_000;
  private static final int SLOWEST = 300;
  private static final String SCRATCH = "converter-1";

  private interface Step {
    void go() throws Exception;
  }

  /** From its beginning until it is over. */
  private record Blow(String kind, String whom, Step begin, Step end) {}

  private final Cluster cluster;
  private final Random random;
  private final List<List<Blow>> kinds = new ArrayList<>();
  private final Map<String, Integer> struck = new TreeMap<>();
  private final boolean smallDisk;

  /**
   * @param mail the wire to the mail server
   * @param smallDisk whether {@link #smallDisk} made one
   */
  Blows(Cluster cluster, Wire mail, Random random, boolean smallDisk) {
    this.cluster = cluster;
    this.random = random;
    this.smallDisk = smallDisk;
    List<Blow> killed = new ArrayList<>();
    List<Blow> frozen = new ArrayList<>();
    for (String node : Cluster.NODES.keySet()) {
      killed.add(new Blow("kill -9", node, () -> cluster.node(node).kill(), () -> revive(node)));
      frozen.add(freeze(node, () -> cluster.node(node).handle()));
    }
    kinds.add(killed);
    kinds.add(frozen);
    kinds.add(
        List.of(
            new Blow("kill -9", "database", cluster.database()::kill, cluster.database()::restart),
            new Blow("kill -9", "broker", cluster.broker()::kill, cluster.broker()::restart),
            new Blow("kill -9", "files", cluster.files()::kill, cluster.files()::restart)));
    kinds.add(
        List.of(
            freeze("database", cluster.database()::process),
            freeze("broker", cluster.broker()::process),
            freeze("files", cluster.files()::process)));
    Map<String, Wire> wires = new TreeMap<>(cluster.wires());
    wires.put("mail", mail);
    List<Blow> cut = new ArrayList<>();
    wires.forEach((name, wire) -> cut.add(new Blow("wire cut", name, wire::cut, () -> {})));
    kinds.add(cut);
    List<Blow> slow = new ArrayList<>();
    wires.forEach((name, wire) ->
        slow.add(
            new Blow(
                "wire slow",
                name,
                () -> wire.delay(random.nextInt(SLOWEST)),
                () -> wire.delay(0))));
    kinds.add(slow);
    if (smallDisk) {
      Path full = scratch(cluster.folder()).resolve("full");
      kinds.add(
          List.of(
              new Blow("disk full", SCRATCH, () -> fill(full), () -> Files.deleteIfExists(full))));
    }
  }

  private static Blow freeze(String whom, Supplier<ProcessHandle> process) {
    return new Blow(
        "frozen", whom, () -> Signal.STOP.to(process.get()), () -> Signal.CONT.to(process.get()));
  }

  /** One blow, and its healing; returns what it was. */
  String strike() throws Exception {
    List<Blow> kind = kinds.get(random.nextInt(kinds.size()));
    Blow blow = kind.get(random.nextInt(kind.size()));
    struck.merge(blow.kind() + ", " + blow.whom(), 1, Integer::sum);
    blow.begin().go();
    LockSupport.parkNanos(random.nextInt(LONGEST) * 1_000_000L);
    blow.end().go();
    for (String node : Cluster.NODES.keySet()) {
      if (!cluster.node(node).alive()) {
        struck.merge("ended by itself, " + node, 1, Integer::sum);
        revive(node);
      }
    }
    return blow.kind() + ", " + blow.whom();
  }

  private void revive(String node) throws Exception {
    cluster.launch(node).awaitWork();
  }

  /** How often each was struck, and how. */
  Map<String, Integer> struck() {
    return struck;
  }

  /**
   * Gives a converter a scratch disk of its own, of 64 MB. Only the system's administrator can;
   * false for anybody else.
   */
  static boolean smallDisk(Path cluster) throws Exception {
    Path scratch = Files.createDirectories(scratch(cluster));
    return "root".equals(System.getProperty("user.name"))
        && done("mount", "-t", "tmpfs", "-o", "size=64m", "tapedeck-storm", scratch.toString());
  }

  private static Path scratch(Path cluster) {
    return cluster.resolve(SCRATCH).resolve("scratch");
  }

  private static void fill(Path file) throws IOException {
    byte[] piece = new byte[1 << 16];
    try (OutputStream out = Files.newOutputStream(file)) {
      while (true) {
        out.write(piece);
      }
    } catch (IOException e) {
      // Full.
    }
  }

  private static boolean done(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
  }

  @Override
  public void close() {
    try {
      if (smallDisk) {
        done("umount", "-l", scratch(cluster.folder()).toString());
      }
    } catch (IOException | InterruptedException e) {
      System.err.println("storm: the small disk stays: " + e.getMessage());
    }
  }
}
