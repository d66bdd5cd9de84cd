package io.tapedeck.cage;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The list of system calls that a child may use, as a program of the kernel's packet filter
 * (seccomp). All others fail as if they did not exist or were not allowed, so that a library that
 * only tries one still loads.
 */
final class SystemCallFilter {
  private static final int LOAD = 0x20;
  private static final int EQUAL = 0x15;
  private static final int AT_LEAST = 0x35;
  private static final int ANY_BIT = 0x45;
  private static final int RETURN = 0x06;

  private static final int ALLOW = 0x7FFF0000;
  private static final int KILL = 0x80000000;
  private static final int ERROR = 0x00050000;
  private static final int NOT_PERMITTED = ERROR | 1;
  private static final int NO_ACCESS = ERROR | 13;
  private static final int INVALID = ERROR | 22;
  private static final int NO_TERMINAL = ERROR | 25;
  private static final int NOT_THERE = ERROR | 38;

  /** Offsets in the kernel's {@code struct seccomp_data}. */
  private static final int NUMBER = 0;

  private static final int ARCHITECTURE = 4;
  private static final int ARGUMENTS = 16;

  /** On x86-64 the numbers of a second set of calls (x32) begin here. */
  private static final int SECOND_SET = 0x40000000;

  /** O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_APPEND and O_TMPFILE. */
  private static final int WRITING = 1 | 2 | 0100 | 01000 | 02000 | 020000000;

  private static final int FIXED_PLACE = 2;
  private static final int NEW_THREAD = 0x10000;

  /** F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL and F_DUPFD_CLOEXEC. */
  private static final List<Integer> OF_HANDLES = List.of(0, 1, 2, 3, 4, 1030);

  /** PR_SET_NAME, PR_GET_NAME, PR_CAPBSET_READ, and PR_SET_VMA, which names memory. */
  private static final List<Integer> OF_NAMES = List.of(15, 16, 23, 0x53564D41);

  private record Instruction(int code, int yes, int no, int value) {}

  private final Machine machine;
  private final List<Instruction> program = new ArrayList<>();

  private SystemCallFilter(Machine machine) {
    this.machine = machine;
  }

  /**
   * The filter's instructions.
   *
   * @param path where the one program's name is that may be started: in the launcher's memory,
   *     which is gone as soon as the program has begun
   */
  static byte[] of(Machine machine, long path) {
    SystemCallFilter filter = new SystemCallFilter(machine);
    filter.begin();
    for (SystemCall call : SystemCall.values()) {
      if (call.free()) {
        filter.when(call, List.of(new Instruction(RETURN, 0, 0, ALLOW)));
      }
    }
    filter.unless(SystemCall.OPEN, 1, WRITING, NO_ACCESS);
    filter.unless(SystemCall.OPENAT, 2, WRITING, NO_ACCESS);
    filter.only(SystemCall.FCNTL, 1, OF_HANDLES, INVALID);
    filter.only(SystemCall.PRCTL, 0, OF_NAMES, INVALID);
    filter.only(SystemCall.PRLIMIT64, 0, List.of(0), NOT_PERMITTED); // of the child itself
    filter.unless(SystemCall.MREMAP, 3, FIXED_PLACE, NOT_PERMITTED);
    filter.highMemory();
    filter.threads();
    filter.oneProgram(path);
    filter.when(SystemCall.IOCTL, List.of(new Instruction(RETURN, 0, 0, NO_TERMINAL)));
    // Its flags are behind a pointer, which no filter can follow; the C library then uses clone.
    filter.when(SystemCall.CLONE3, List.of(new Instruction(RETURN, 0, 0, NOT_THERE)));
    filter.add(RETURN, 0, 0, NOT_PERMITTED);
    return filter.bytes();
  }

  private void begin() {
    add(LOAD, 0, 0, ARCHITECTURE);
    add(EQUAL, 1, 0, machine.audit());
    add(RETURN, 0, 0, KILL);
    add(LOAD, 0, 0, NUMBER);
    add(AT_LEAST, 0, 1, SECOND_SET);
    add(RETURN, 0, 0, NOT_THERE);
  }

  /** Does what follows for one call only; the end of it must return. */
  private void when(SystemCall call, List<Instruction> then) {
    int number = call.number(machine);
    if (number >= 0) {
      add(EQUAL, 0, then.size(), number);
      program.addAll(then);
    }
  }

  private void unless(SystemCall call, int argument, int bits, int answer) {
    when(
        call,
        List.of(
            low(argument),
            new Instruction(ANY_BIT, 0, 1, bits),
            new Instruction(RETURN, 0, 0, answer),
            new Instruction(RETURN, 0, 0, ALLOW)));
  }

  private void only(SystemCall call, int argument, List<Integer> values, int answer) {
    List<Instruction> then = new ArrayList<>();
    then.add(low(argument));
    for (int value : values) {
      then.add(new Instruction(EQUAL, 0, 1, value));
      then.add(new Instruction(RETURN, 0, 0, ALLOW));
    }
    then.add(new Instruction(RETURN, 0, 0, answer));
    when(call, then);
  }

  private void threads() {
    when(
        SystemCall.CLONE,
        List.of(
            low(0),
            new Instruction(ANY_BIT, 0, 1, NEW_THREAD),
            new Instruction(RETURN, 0, 0, ALLOW),
            new Instruction(RETURN, 0, 0, NOT_PERMITTED)));
  }

  /** No child puts anything where the name of the one program was. */
  private void highMemory() {
    when(
        SystemCall.MMAP,
        List.of(
            new Instruction(LOAD, 0, 0, ARGUMENTS + 4),
            new Instruction(EQUAL, 0, 2, 0), // at 4 GiB or higher
            low(0),
            new Instruction(EQUAL, 0, 1, 0), // where the kernel chooses
            new Instruction(RETURN, 0, 0, ALLOW),
            new Instruction(RETURN, 0, 0, NOT_PERMITTED)));
  }

  private void oneProgram(long path) {
    when(
        SystemCall.EXECVE,
        List.of(
            low(0),
            new Instruction(EQUAL, 0, 3, (int) path),
            new Instruction(LOAD, 0, 0, ARGUMENTS + 4),
            new Instruction(EQUAL, 0, 1, 0),
            new Instruction(RETURN, 0, 0, ALLOW),
            new Instruction(RETURN, 0, 0, NOT_PERMITTED)));
  }

  /** Loads the lower half of an argument; the kernel looks at no other half of those used here. */
  private static Instruction low(int argument) {
    return new Instruction(LOAD, 0, 0, ARGUMENTS + 8 * argument);
  }

  private void add(int code, int yes, int no, int value) {
    program.add(new Instruction(code, yes, no, value));
  }

  private byte[] bytes() {
    ByteBuffer bytes = ByteBuffer.allocate(8 * program.size()).order(ByteOrder.LITTLE_ENDIAN);
    for (Instruction each : program) {
      bytes.putShort((short) each.code()).put((byte) each.yes()).put((byte) each.no());
      bytes.putInt(each.value());
    }
    return bytes.array();
  }
}
