package io.tapedeck.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The true server as a process of its own, as {@code ./tapedeck serve} starts it, to be killed. */
final class ServerProcess implements AutoCloseable {
  private static final Pattern ADDRESS =
      Pattern.compile("answers at (http://127\\.0\\.0\\.1:\\d+)/?");
  private static final String AT_WORK = " is at work";

  private final Process process;
  private final @Nullable Path log;
  private final List<String> said = new CopyOnWriteArrayList<>();
  private final CompletableFuture<URI> address = new CompletableFuture<>();
  private final CompletableFuture<String> atWork = new CompletableFuture<>();

  private ServerProcess(Process process, @Nullable Path log) {
    this.process = process;
    this.log = log;
    // Not a virtual one: a read from a pipe would hold the thread of the system below it.
    Thread.ofPlatform().daemon().start(this::listen);
  }

  /** Starts all on one machine and returns when it answers. */
  static ServerProcess start(Path data, Map<String, String> settings) throws Exception {
    ServerProcess server =
        start(List.of("serve", "--port", "0", "--data", data.toString()), settings, null);
    server.uri();
    return server;
  }

  /** Starts all on one machine with so much heap and so many open files. */
  static ServerProcess limited(Path data, int heapMib, int files, Map<String, String> settings)
      throws Exception {
    List<String> arguments = List.of("serve", "--port", "0", "--data", data.toString());
    List<String> command =
        new ArrayList<>(List.of("bash", "-c", "ulimit -n " + files + " && exec \"$@\"", "bash"));
    command.addAll(command(arguments));
    command.addAll(command.indexOf("-XX:+UseSerialGC"), List.of("-Xms32m", "-Xmx" + heapMib + "m"));
    ServerProcess server = run(command, settings, null);
    server.uri();
    return server;
  }

  /** Starts one role of a cluster and returns when it is at work. */
  static ServerProcess role(String name, Path data, Map<String, String> settings) throws Exception {
    ServerProcess node = launch(name, data, settings);
    node.awaitWork();
    return node;
  }

  /** Returns when a role is at work. */
  void awaitWork() throws Exception {
    atWork.get(180, TimeUnit.SECONDS);
  }

  /** Starts one role of a cluster and does not wait for it. */
  static ServerProcess launch(String role, Path data, Map<String, String> settings)
      throws IOException {
    Path log = data.resolveSibling(data.getFileName() + ".log");
    return start(List.of(role, "--data", data.toString()), settings, log);
  }

  private static ServerProcess start(
      List<String> arguments, Map<String, String> settings, @Nullable Path log) throws IOException {
    return run(command(arguments), settings, log);
  }

  private static List<String> command(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // As the launcher does.
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:-UsePerfData", "-XX:+ExitOnOutOfMemoryError"));
    command.addAll(List.of("-XX:MinHeapFreeRatio=10", "-XX:MaxHeapFreeRatio=30"));
    command.addAll(List.of("-XX:-ShrinkHeapInSteps", "-XX:TrimNativeHeapInterval=10000"));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED"));
    command.addAll(List.of("--sun-misc-unsafe-memory-access=allow"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.tapedeck.app.Main"));
    command.addAll(arguments);
    return command;
  }

  private static ServerProcess run(
      List<String> command, Map<String, String> settings, @Nullable Path log) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("MALLOC_ARENA_MAX", "2");
    builder.environment().putAll(settings);
    return new ServerProcess(builder.start(), log);
  }

  private void listen() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        said.add(line);
        log(line);
        Matcher matcher = ADDRESS.matcher(line);
        if (matcher.find()) {
          address.complete(URI.create(matcher.group(1) + "/"));
        }
        if (line.contains(AT_WORK)) {
          atWork.complete(line);
        }
      }
    } catch (IOException e) {
      said.add(e.toString());
    }
    Exception ended = new IllegalStateException("it ended:\n" + String.join("\n", said));
    address.completeExceptionally(ended);
    atWork.completeExceptionally(ended);
  }

  private void log(String line) throws IOException {
    if (log != null) {
      Files.writeString(log, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
  }

  URI uri() throws Exception {
    return address.get(180, TimeUnit.SECONDS);
  }

  /** Everything it printed so far. */
  List<String> said() {
    return said;
  }

  /** Resident memory now, in bytes. */
  long resident() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst()
          .orElseThrow();
    }
  }

  /** How many files it has open now. */
  long files() throws IOException {
    try (var open = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
      return open.count();
    }
  }

  boolean alive() {
    return process.isAlive();
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  /** kill -9. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** SIGTERM, and waits until it has ended; returns its exit code. */
  int stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      kill();
      throw new IllegalStateException("it did not stop:\n" + String.join("\n", said));
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    try {
      kill();
      process.getInputStream().close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
