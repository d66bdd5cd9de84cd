package io.tapedeck.cage;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A program that tries what a hijacked ffmpeg would try, in ffmpeg's place: a file of machine code
 * that makes the forbidden calls and writes what the kernel answered. It needs no compiler.
 */
final class Intruder {
  static final Machine MACHINE = Machine.here().orElseThrow();
  private static final String START = "start another program";
  private static final String RANDOM = "read random numbers";

  /** What ffmpeg needs, and the whole cage grants. */
  static final List<String> NEEDED = List.of("read the input", RANDOM);

  private static final int NOBODY = 65534;
  private static final int HERE = -100;
  private static final boolean X86 = MACHINE == Machine.X86_64;

  private final Path folder;
  private final Path program;
  private final Path starter;
  private final LaunchProgram attempts = new LaunchProgram(MACHINE);

  /**
   * @param port where a server listens on this machine
   */
  Intruder(Path folder, int port) throws IOException {
    this.folder = folder;
    assertOpen(folder);
    program = folder.resolve("intruder");
    starter = folder.resolve("starter");
    Path secret = Files.writeString(folder.resolve("secret"), "a secret");
    read("read the password file", Path.of("/etc/passwd"));
    read("read a file beside the input", secret);
    read("read the input", folder.resolve("input"));
    read(RANDOM, Path.of("/dev/urandom"));
    read("read our memory", Path.of("/proc/" + ProcessHandle.current().pid() + "/maps"));
    write("write a new file", folder.resolve("new"), 0101);
    write("write an old file", secret, 1);
    call("make a folder", 258, 34, HERE, path(folder.resolve("made")), 0777);
    call("delete a file", 263, 35, HERE, path(secret), 0);
    call("open a socket", 41, 198, 2, 1, 0);
    connect(port);
    call("make a process", 56, 220, 17, 0, 0, 0, 0);
    call("trace another process", 101, 117, 0x4206, ProcessHandle.current().pid(), 0, 0);
    call("signal us", 62, 129, ProcessHandle.current().pid(), 0);
    call("limit us", 302, 261, ProcessHandle.current().pid(), 4, 0, attempts.keep(0, 0));
    call("take 2 GB", 9, 222, 0, 2L << 30, 3, 0x22, -1, 0);
    call("load a program into the kernel", 321, 280, 0, 0, 0);
    call("queue calls around the filter", 425, 425, 8, attempts.keep(new byte[120]));
    call("make a file in memory", 319, 279, attempts.keep("x"), 0);
    call("change the root", 161, 51, attempts.keep("/"));
    call("make namespaces", 272, 97, 0x10000000);
    call("become root", 105, 146, 0);
    executable(program, attempts.trying());
    LaunchProgram start = new LaunchProgram(MACHINE);
    start.keep(new byte[4096]); // it must not lie where the name of the one program was
    start.may(START, SystemCall.EXECVE, start.keep("/bin/true"), 0, 0);
    executable(starter, start.trying());
  }

  private static void executable(Path file, byte[] image) throws IOException {
    Files.write(file, MACHINE.launcher(image));
    if (!file.toFile().setExecutable(true, false)) {
      throw new IOException("cannot be executed");
    }
  }

  /** Other users can read what is there. */
  private static void assertOpen(Path folder) throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(folder.resolve("input"), "audio");
  }

  private void read(String name, Path file) {
    attempts.may(name, SystemCall.OPENAT, HERE, path(file), 0);
  }

  private void write(String name, Path file, int flags) {
    attempts.may(name, SystemCall.OPENAT, HERE, path(file), flags, 0666);
  }

  private void call(String name, int x86, int arm, long... arguments) {
    attempts.may(name, X86 ? x86 : arm, arguments);
  }

  private void connect(int port) {
    byte[] address = {2, 0, (byte) (port >> 8), (byte) port, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0};
    // The files and the socket that could be opened before have the handles 3 and more.
    for (int handle = 3; handle < 12; handle++) {
      attempts.may("connect " + handle, X86 ? 42 : 203, handle, attempts.keep(address), 16);
    }
  }

  private long path(Path file) {
    return attempts.keep(file.toString());
  }

  /** What the kernel answered to each attempt in a cage of these layers, by its name. */
  Map<String, Long> answers(Set<CageLayer> layers) throws IOException, InterruptedException {
    return answers(layers, ProcessRights.now(), false);
  }

  /** The same as a user without any rights. */
  Map<String, Long> answersToNobody(Set<CageLayer> layers)
      throws IOException, InterruptedException {
    return answers(layers, new ProcessRights(false, 0), true);
  }

  private Map<String, Long> answers(Set<CageLayer> layers, ProcessRights rights, boolean nobody)
      throws IOException, InterruptedException {
    Files.writeString(folder.resolve("secret"), "a secret"); // the one before may have deleted it
    CageSteps found = CageTrial.of(program, Cage.MOST_MEMORY, false).steps();
    CageSteps steps =
        new CageSteps(MACHINE, rights, layers, found.version(), found.left(), Cage.MOST_MEMORY);
    Map<String, Long> answers = attempts.results(output(program, steps, nobody));
    // A program that was started has replaced the one that would have written an answer.
    answers.put(START, output(starter, steps, nobody).length == 0 ? 0L : -1L);
    return answers;
  }

  private byte[] output(Path file, CageSteps steps, boolean nobody)
      throws IOException, InterruptedException {
    LaunchProgram launch = new LaunchProgram(MACHINE);
    if (nobody && ProcessRights.now().root()) {
      launch.must("user", SystemCall.SETGROUPS, 0, 0);
      launch.must("user", SystemCall.SETRESGID, NOBODY, NOBODY, NOBODY);
      launch.must("user", SystemCall.SETRESUID, NOBODY, NOBODY, NOBODY);
    }
    long path = launch.keep(file.toString());
    steps.before(ProgramFile.of(file), "", List.of(folder.resolve("input")), 60, launch, path);
    byte[] image = launch.starting(path, launch.keepAll(List.of("intruder")), launch.keep(0));
    Process process = Launcher.get(MACHINE).start(image);
    byte[] output = process.getInputStream().readAllBytes();
    process.waitFor();
    if (output.length == 0 || output[0] != LaunchProgram.READY) {
      throw new IOException(launch.failed(output) + ", error " + LaunchProgram.error(output));
    }
    return Arrays.copyOfRange(output, 1, output.length);
  }

  /**
   * Prints for each layer alone, and for all that work here, what a program in ffmpeg's place was
   * granted; for {@code dev/attack cage}. Fails unless the whole cage grants the input alone.
   *
   * @param args an empty folder in which programs can be executed
   */
  public static void main(String[] args) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Intruder intruder = new Intruder(Path.of(args[0]), server.getLocalPort());
      Set<CageLayer> all = CageTrial.of(intruder.program, Cage.MOST_MEMORY, false).layers();
      show("no cage", granted(intruder.answers(Set.of())));
      for (CageLayer layer : all) {
        show(
            layer.words() + " alone",
            granted(intruder.answers(EnumSet.of(CageLayer.PRIVILEGES, layer))));
      }
      List<String> whole = granted(intruder.answers(all));
      show("all " + all.size() + " layers", whole);
      if (!whole.equals(NEEDED) || !all.containsAll(everywhere())) {
        System.exit(1);
      }
    }
  }

  private static void show(String cage, List<String> granted) {
    System.out.printf("%-26s %2d granted: %s%n", cage, granted.size(), String.join(", ", granted));
  }

  /** The names of the attempts that the kernel granted. */
  static List<String> granted(Map<String, Long> answers) {
    List<String> granted = new ArrayList<>();
    answers.forEach((name, answer) -> {
      if (answer >= 0 && !name.equals("results") && !name.equals("end")) {
        granted.add(name.replaceFirst(" \\d+$", ""));
      }
    });
    return granted;
  }

  static Set<CageLayer> everywhere() {
    EnumSet<CageLayer> layers = EnumSet.noneOf(CageLayer.class);
    for (CageLayer layer : CageLayer.values()) {
      if (layer.everywhere()) {
        layers.add(layer);
      }
    }
    return layers;
  }
}
