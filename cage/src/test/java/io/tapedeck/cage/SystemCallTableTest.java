package io.tapedeck.cage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The numbers of both machines against the kernel's tables, and their filters, by calculation. */
class SystemCallTableTest {
  private static final int ALLOW = 0x7FFF0000;
  private static final int KILL = 0x80000000;
  private static final long PATH = Machine.BASE + 640;
  private static final long ELSEWHERE = 0x5555_0000_0000L;

  @TempDir Path folder;

  /** The kernel's numbers by name; those that a machine lacks are left out. */
  private static Map<String, Integer> kernel(Machine machine) throws Exception {
    Map<String, Integer> numbers = new HashMap<>();
    try (InputStream table = SystemCallTableTest.class.getResourceAsStream("calls")) {
      for (String line : new String(table.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        String[] words = line.split(" ");
        String number = words[machine == Machine.X86_64 ? 1 : 2];
        if (!line.startsWith("#") && !number.equals("-")) {
          numbers.put(words[0], Integer.parseInt(number));
        }
      }
    }
    return numbers;
  }

  @ParameterizedTest
  @EnumSource(Machine.class)
  void eachCallHasTheKernelsNumber(Machine machine) throws Exception {
    Map<String, Integer> kernel = kernel(machine);
    assertThat(kernel).hasSizeGreaterThan(290);
    for (SystemCall call : SystemCall.values()) {
      String name = call.name().toLowerCase(Locale.ROOT);
      assertThat(call.number(machine)).as(name).isEqualTo(kernel.getOrDefault(name, -1));
    }
  }

  /** EM_X86_64 and EM_AARCH64, with the bits for 64 bits and little-endian of linux/audit.h. */
  @ParameterizedTest
  @CsvSource({"X86_64, 62", "AARCH64, 183"})
  void theArchitectureIsThatOfTheKernelsAuditAndOfTheFile(Machine machine, int elf) {
    assertThat(machine.audit()).isEqualTo(0x80000000 | 0x40000000 | elf);
    ByteBuffer file = ByteBuffer.wrap(machine.launcher()).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(file.getShort(18)).isEqualTo((short) elf);
  }

  private static int answer(Machine machine, long number, long... arguments) {
    return answerOn(machine.audit(), machine, number, arguments);
  }

  /** What the filter answers: the kernel's calculation, for the instructions that are used. */
  private static int answerOn(int architecture, Machine machine, long number, long... arguments) {
    ByteBuffer data = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    data.putInt((int) number).putInt(architecture).putLong(0);
    for (long argument : arguments) {
      data.putLong(argument);
    }
    ByteBuffer filter =
        ByteBuffer.wrap(SystemCallFilter.of(machine, PATH)).order(ByteOrder.LITTLE_ENDIAN);
    int loaded = 0;
    while (true) {
      int code = filter.getShort();
      int yes = filter.get() & 255;
      int no = filter.get() & 255;
      int value = filter.getInt();
      switch (code) {
        case 0x20 -> loaded = data.getInt(value);
        case 0x15 -> jump(filter, loaded == value ? yes : no);
        case 0x35 -> jump(filter, Integer.compareUnsigned(loaded, value) >= 0 ? yes : no);
        case 0x45 -> jump(filter, (loaded & value) != 0 ? yes : no);
        case 0x06 -> {
          return value;
        }
        default -> throw new AssertionError("unknown instruction " + code);
      }
    }
  }

  private static void jump(ByteBuffer filter, int instructions) {
    filter.position(filter.position() + 8 * instructions);
  }

  private static Set<String> allowed(Machine machine, long... arguments) throws Exception {
    Set<String> names = new TreeSet<>();
    kernel(machine)
        .forEach((name, number) -> {
          if (answer(machine, number, arguments) == ALLOW) {
            names.add(name);
          }
        });
    return names;
  }

  @Test
  void bothMachinesAllowTheSameCallsAsFarAsTheyHaveThem() throws Exception {
    for (long first : new long[] {0, 1, 4, 0x10000, 15, PATH, ELSEWHERE}) {
      Set<String> arm = allowed(Machine.AARCH64, first, 0, 0, 0);
      Set<String> same = allowed(Machine.X86_64, first, 0, 0, 0);
      same.retainAll(kernel(Machine.AARCH64).keySet());
      assertThat(arm).as("first argument %x", first).isEqualTo(same);
    }
  }

  @ParameterizedTest
  @EnumSource(Machine.class)
  void nothingElseIsAllowed(Machine machine) throws Exception {
    assertThat(allowed(machine, 0, 0, 0, 0))
        .contains("read", "write", "openat", "mmap", "exit_group")
        .doesNotContain(
            "socket", "connect", "execve", "execveat", "clone", "clone3", "kill", "ptrace")
        .doesNotContain(
            "bpf", "io_uring_setup", "io_uring_enter", "mount", "unshare", "setns", "unlinkat")
        .doesNotContain("memfd_create", "process_vm_writev", "pidfd_open", "openat2", "keyctl")
        .hasSizeLessThan(85);
  }

  @ParameterizedTest
  @EnumSource(Machine.class)
  void argumentsDecide(Machine machine) throws Exception {
    Map<String, Integer> number = kernel(machine);
    assertThat(answer(machine, number.get("openat"), -100, ELSEWHERE, 0)).isEqualTo(ALLOW);
    for (int writing : new int[] {1, 2, 0100, 01000, 02000, 020000000}) {
      assertThat(answer(machine, number.get("openat"), -100, ELSEWHERE, writing))
          .isNotEqualTo(ALLOW);
    }
    assertThat(answer(machine, number.get("execve"), PATH)).isEqualTo(ALLOW);
    assertThat(answer(machine, number.get("execve"), PATH + (1L << 32))).isNotEqualTo(ALLOW);
    assertThat(answer(machine, number.get("clone"), 0x3D0F00)).isEqualTo(ALLOW); // a thread
    assertThat(answer(machine, number.get("clone"), 17)).isNotEqualTo(ALLOW); // a process
    assertThat(answer(machine, number.get("mmap"), 0, 4096)).isEqualTo(ALLOW);
    assertThat(answer(machine, number.get("mmap"), Machine.BASE, 4096)).isNotEqualTo(ALLOW);
    assertThat(answer(machine, number.get("prlimit64"), 0)).isEqualTo(ALLOW);
    assertThat(answer(machine, number.get("prlimit64"), 1)).isNotEqualTo(ALLOW);
  }

  @ParameterizedTest
  @EnumSource(Machine.class)
  void callsByTheNumbersOfAnotherMachineEndTheChild(Machine machine) {
    for (Machine other : Machine.values()) {
      if (other != machine) {
        assertThat(answerOn(other.audit(), machine, 0)).isEqualTo(KILL);
      }
    }
    assertThat(answer(machine, 0x40000003, 0)).isNotEqualTo(ALLOW); // of x32
  }

  /** Only where such an emulator is installed; ARM64 itself runs the other tests of the cage. */
  @Test
  void theLauncherOfArmMakesTheCallsAndTellsWhichFailed() throws Exception {
    Path emulator = Path.of("/usr/bin/qemu-aarch64-static");
    assumeTrue(Files.isExecutable(emulator), "qemu-user-static is not installed");
    LaunchProgram program = new LaunchProgram(Machine.AARCH64);
    program.may("none", SystemCall.CLOSE, 77);
    program.must("told", SystemCall.WRITE, 1, program.keep("a word\n"), 7);
    program.must("wrong", SystemCall.CLOSE, 99);
    Path launcher = Files.write(folder.resolve("launcher"), Machine.AARCH64.launcher());
    assertThat(launcher.toFile().setExecutable(true)).isTrue();

    Process process = new ProcessBuilder(emulator.toString(), launcher.toString()).start();
    try (OutputStream input = process.getOutputStream()) {
      input.write(program.trying());
    }
    byte[] output = process.getInputStream().readAllBytes();

    assertThat(process.waitFor()).isEqualTo(Machine.FAILED);
    assertThat(output)
        .hasSize(7 + LaunchProgram.STEP)
        .startsWith("a word\n".getBytes(StandardCharsets.UTF_8));
    byte[] step = Arrays.copyOfRange(output, 7, output.length);
    assertThat(program.failed(step)).isEqualTo("wrong");
    assertThat(LaunchProgram.error(step)).isEqualTo(9); // no such handle
  }
}
