package io.tapedeck.cage;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Writes the steps of the layers into launch programs.
 *
 * @param rights of this process
 * @param layers those that are put on
 * @param version of Landlock in this kernel, from 1
 * @param left steps of these layers that this system refuses, and that only add to them
 * @param memory bytes of address space
 */
record CageSteps(
    Machine machine,
    ProcessRights rights,
    Set<CageLayer> layers,
    int version,
    Set<String> left,
    long memory) {
  static final String NAMESPACES = "namespaces";
  static final String FILTER = "the filter of system calls";
  static final String RULES = "the rules for files";
  static final String VERSION = "the version of the rules";
  static final String RESTRICTED = "the restriction to the rules";
  static final String PRIVILEGES = "no new privileges";
  static final String LIMIT = "the limit of ";
  static final String USER = "the change of user";

  private static final int NO_NEW_PRIVILEGES = 38;
  private static final int KEEP_CAPABILITIES = 8;
  private static final int AMBIENT = 47;
  private static final int RAISE = 2;
  private static final long CAPABILITIES_VERSION = 0x20080522;
  private static final int NOBODY = 65534;

  /** Network, IPC, mounts and host name; and users, which is first where we have no rights. */
  private static final int NEW_SPACES = 0x40000000 | 0x08000000 | 0x00020000 | 0x04000000;

  private static final int NEW_USERS = 0x10000000;
  private static final int PRIVATE = 1 << 18 | 1 << 14;
  private static final int RECURSIVE = 0x8000;
  private static final int READ_ONLY_NO_SUID = 1 | 2;
  private static final int HERE = -100;
  private static final int PATH_ONLY = 010000000 | 02000000;
  private static final int FILES_HANDLE = 3;
  private static final int RULE_HANDLE = 4;

  /** For a library that complains if it has none to keep keys in. */
  private static final long LOCKED_MEMORY = 256 << 10;

  private static final long OPEN_FILES = 64;

  /** Landlock's rights. */
  private static final long EXECUTE = 1;

  private static final long READ = 4;
  private static final long READ_FOLDER = 8;

  /** All rights on files that the versions 1, 2, 3 and 5 know. */
  private static long known(int version) {
    return version >= 5 ? 0xFFFF : version >= 3 ? 0x7FFF : version == 2 ? 0x3FFF : 0x1FFF;
  }

  /** The same without some layers. */
  CageSteps without(Set<CageLayer> some) {
    EnumSet<CageLayer> rest = EnumSet.noneOf(CageLayer.class);
    rest.addAll(layers);
    rest.removeAll(some);
    return new CageSteps(machine, rights, rest, version, left, memory);
  }

  /** The steps of all layers in a program that only tries them. */
  LaunchProgram trial() {
    LaunchProgram program = new LaunchProgram(machine);
    program.may(VERSION, SystemCall.LANDLOCK_CREATE_RULESET, 0, 0, 1);
    write(new Writer(program, false), List.of(), List.of(), List.of(), 1 << 20, 0);
    return program;
  }

  /**
   * The steps before ffmpeg.
   *
   * @param seconds of processor time
   * @param path the address of the program's name
   */
  LaunchProgram before(
      ProgramFile file,
      String libraries,
      List<Path> inputs,
      long seconds,
      LaunchProgram program,
      long path) {
    write(
        new Writer(program, true),
        file.executable(),
        file.readable(libraries),
        inputs,
        seconds,
        path);
    return program;
  }

  /** Adds a step that must succeed, or in a trial may fail. */
  private record Writer(LaunchProgram program, boolean real) {
    void step(String name, SystemCall call, long... arguments) {
      if (real) {
        program.must(name, call, arguments);
      } else {
        program.may(name, call, arguments);
      }
    }
  }

  private void write(
      Writer to,
      List<Path> executable,
      List<Path> readable,
      List<Path> inputs,
      long seconds,
      long path) {
    if (layers.contains(CageLayer.PRIVILEGES)) {
      to.step(PRIVILEGES, SystemCall.PRCTL, NO_NEW_PRIVILEGES, 1);
    }
    if (layers.contains(CageLayer.NAMESPACES)) {
      namespaces(to);
    }
    if (layers.contains(CageLayer.USER)) {
      user(to);
    } else if (layers.contains(CageLayer.PRIVILEGES)) {
      capabilities(to, 0);
    }
    if (layers.contains(CageLayer.LIMITS)) {
      limits(to, inputs.size(), seconds);
    }
    if (layers.contains(CageLayer.FILES)) {
      files(to, executable, readable, inputs);
    }
    if (layers.contains(CageLayer.USER)) {
      for (Path each : inputs) {
        String name = "reading " + each + " as another user";
        to.step(name, SystemCall.OPENAT, HERE, to.program.keep(each.toString()), 0);
        to.step(name, SystemCall.CLOSE, FILES_HANDLE);
      }
    }
    if (layers.contains(CageLayer.SYSTEM_CALLS)) {
      byte[] filter = SystemCallFilter.of(machine, path);
      long program = to.program.keep(filter.length / 8, to.program.keep(filter));
      to.step(FILTER, SystemCall.SECCOMP, 1, 0, program);
    }
  }

  private void namespaces(Writer to) {
    int spaces = rights.administrator() ? NEW_SPACES : NEW_SPACES | NEW_USERS;
    // Also in a trial: what follows must never change the mounts of others.
    to.program.must(NAMESPACES, SystemCall.UNSHARE, spaces);
    long root = to.program.keep("/");
    long none = to.program.keep("none");
    to.program.must(NAMESPACES, SystemCall.MOUNT, none, root, 0, PRIVATE, 0);
    long change = to.program.keep(READ_ONLY_NO_SUID, 0, 0, 0);
    optional(to, "read-only mounts", SystemCall.MOUNT_SETATTR, HERE, root, RECURSIVE, change, 32);
  }

  private void user(Writer to) {
    to.step(USER, SystemCall.PRCTL, KEEP_CAPABILITIES, 1);
    to.step(USER, SystemCall.SETGROUPS, 0, 0);
    to.step(USER, SystemCall.SETRESGID, NOBODY, NOBODY, NOBODY);
    to.step(USER, SystemCall.SETRESUID, NOBODY, NOBODY, NOBODY);
    // It may find and read the input in a folder of ours, as the rules for files allow.
    capabilities(to, 1 << ProcessRights.READ_ANY);
    to.step(USER, SystemCall.PRCTL, AMBIENT, RAISE, ProcessRights.READ_ANY);
  }

  private static void capabilities(Writer to, long kept) {
    long header = to.program.keep(CAPABILITIES_VERSION);
    long sets = to.program.keep(kept << 32 | kept, kept, 0);
    to.step(PRIVILEGES, SystemCall.CAPSET, header, sets);
  }

  private void limits(Writer to, int inputs, long seconds) {
    limit(to, "written bytes", 1, 0, 0);
    limit(to, "core files", 4, 0, 0);
    limit(to, "locked memory", 8, LOCKED_MEMORY, LOCKED_MEMORY);
    limit(to, "data", 2, memory, memory);
    limit(to, "memory", 9, memory, memory);
    limit(to, "open files", 7, OPEN_FILES + inputs, OPEN_FILES + inputs);
    limit(to, "processor time", 0, seconds, seconds + 1); // ffmpeg sets the same two
  }

  private void limit(Writer to, String what, int which, long soft, long hard) {
    long values = to.program.keep(soft, hard);
    optional(to, LIMIT + what, SystemCall.PRLIMIT64, 0, which, values, 0);
  }

  private void optional(Writer to, String name, SystemCall call, long... arguments) {
    if (!left.contains(name)) {
      to.step(name, call, arguments);
    }
  }

  private void files(Writer to, List<Path> executable, List<Path> readable, List<Path> inputs) {
    // Of the network nothing (4), and no signals or sockets to those outside (6).
    long rules = to.program.keep(known(version), 3, 3);
    int length = version >= 6 ? 24 : version >= 4 ? 16 : 8;
    to.step(RULES, SystemCall.LANDLOCK_CREATE_RULESET, rules, length, 0);
    for (Path each : executable) {
      rule(to, each, EXECUTE | READ);
    }
    for (Path each : readable) {
      rule(to, each, each.toFile().isDirectory() ? READ | READ_FOLDER : READ);
    }
    for (Path each : inputs) {
      // If it cannot be opened, ffmpeg will say why.
      rule(new Writer(to.program, false), each, READ);
    }
    to.step(RESTRICTED, SystemCall.LANDLOCK_RESTRICT_SELF, FILES_HANDLE, 0);
    to.step(RULES, SystemCall.CLOSE, FILES_HANDLE);
  }

  private static void rule(Writer to, Path path, long allowed) {
    String name = "the rule for " + path;
    to.step(name, SystemCall.OPENAT, HERE, to.program.keep(path.toString()), PATH_ONLY);
    long rule = to.program.keep(allowed, RULE_HANDLE);
    to.step(name, SystemCall.LANDLOCK_ADD_RULE, FILES_HANDLE, 1, rule, 0);
    to.step(name, SystemCall.CLOSE, RULE_HANDLE);
  }
}
