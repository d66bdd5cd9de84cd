package io.tapedeck.cage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which layers of the cage work on this system, found by trying them.
 *
 * @param missing the other layers, each with the reason
 */
record CageTrial(Optional<Launcher> launcher, CageSteps steps, Map<CageLayer, String> missing) {
  private static final int NOT_PERMITTED = 1;

  /** In this order they are left out when the program does not start with all of them. */
  private static final List<CageLayer> LEFT_OUT =
      List.of(CageLayer.USER, CageLayer.NAMESPACES, CageLayer.FILES, CageLayer.SYSTEM_CALLS);

  private static final Map<Integer, String> REASONS =
      Map.of(
          NOT_PERMITTED,
          "this process has no right to it",
          28,
          "the system allows no more of them",
          38,
          "this kernel has none",
          95,
          "it is switched off in this kernel");

  static CageTrial none(String why) {
    CageSteps nothing =
        new CageSteps(
            Machine.X86_64, new ProcessRights(false, 0), Set.of(), 0, Set.of(), Long.MAX_VALUE);
    Map<CageLayer, String> missing = new EnumMap<>(CageLayer.class);
    for (CageLayer layer : CageLayer.values()) {
      missing.put(layer, why);
    }
    return new CageTrial(Optional.empty(), nothing, missing);
  }

  /**
   * Tries the layers.
   *
   * @param whole whether the program is started once too; a program in an unusual place always is
   */
  static CageTrial of(Path program, long memory, boolean whole) {
    Optional<Machine> machine = Machine.here();
    if (machine.isEmpty()) {
      return none("it is made for Linux on x86-64 and ARM64");
    }
    try {
      Launcher launcher = Launcher.get(machine.get());
      CageTrial found = layers(launcher, memory);
      return whole || !ProgramFile.of(program).usual() ? found.starting(program) : found;
    } catch (IOException e) {
      return none(String.valueOf(e.getMessage()));
    }
  }

  Set<CageLayer> layers() {
    return steps.layers();
  }

  private static CageTrial layers(Launcher launcher, long memory) throws IOException {
    ProcessRights rights = ProcessRights.now();
    EnumSet<CageLayer> layers = EnumSet.allOf(CageLayer.class);
    Map<CageLayer, String> missing = new EnumMap<>(CageLayer.class);
    if (!rights.canChangeUser()) {
      layers.remove(CageLayer.USER);
      missing.put(CageLayer.USER, "only root with its capabilities can");
    }
    while (true) {
      CageSteps steps = new CageSteps(launcher.machine(), rights, layers, 1, Set.of(), memory);
      LaunchProgram trial = steps.trial();
      Process process = launcher.start(trial.trying());
      byte[] written = process.getInputStream().readAllBytes();
      if (exit(process) == 0) {
        return new CageTrial(
            Optional.of(launcher),
            judged(steps, trial.results(written), missing),
            Collections.unmodifiableMap(missing));
      }
      if (!layers.remove(CageLayer.NAMESPACES)) {
        throw new IOException("its launcher fails at " + trial.failed(written));
      }
      missing.put(CageLayer.NAMESPACES, reason(LaunchProgram.error(written)));
    }
  }

  private static CageSteps judged(
      CageSteps steps, Map<String, Long> results, Map<CageLayer, String> missing) {
    Map<String, CageLayer> decisive =
        Map.of(
            CageSteps.PRIVILEGES, CageLayer.PRIVILEGES,
            CageSteps.FILTER, CageLayer.SYSTEM_CALLS,
            CageSteps.RULES, CageLayer.FILES,
            CageSteps.RESTRICTED, CageLayer.FILES,
            CageSteps.USER, CageLayer.USER);
    Set<CageLayer> layers = EnumSet.copyOf(steps.layers());
    decisive.forEach((step, layer) -> {
      long result = results.getOrDefault(step, 0L);
      if (result < 0 && layers.remove(layer)) {
        missing.put(layer, reason((int) -result));
      }
    });
    // A limit that may not be raised is lower already.
    Set<String> left =
        results.entrySet().stream()
            .filter(each -> each.getValue() < 0)
            .map(Map.Entry::getKey)
            .collect(Collectors.toSet());
    int version = (int) Math.max(1, results.getOrDefault(CageSteps.VERSION, 1L));
    return new CageSteps(steps.machine(), steps.rights(), layers, version, left, steps.memory());
  }

  private static String reason(int error) {
    return REASONS.getOrDefault(error, "the system refuses it with error " + error);
  }

  /** Leaves out layer after layer until the program starts, and then only those that it must. */
  private CageTrial starting(Path program) {
    EnumSet<CageLayer> dropped = EnumSet.noneOf(CageLayer.class);
    boolean starts = starts(program, steps);
    for (CageLayer next : LEFT_OUT) {
      if (!starts && layers().contains(next)) {
        dropped.add(next);
        starts = starts(program, steps.without(dropped));
      }
    }
    if (!starts) {
      return none(program + " does not start in it");
    }
    for (CageLayer each : List.copyOf(dropped)) {
      EnumSet<CageLayer> less = EnumSet.copyOf(dropped);
      less.remove(each);
      if (starts(program, steps.without(less))) {
        dropped = less;
      }
    }
    Map<CageLayer, String> without = new EnumMap<>(CageLayer.class);
    without.putAll(missing);
    dropped.forEach(layer -> without.put(layer, program + " does not start with it"));
    return new CageTrial(launcher, steps.without(dropped), Collections.unmodifiableMap(without));
  }

  private boolean starts(Path program, CageSteps fewer) {
    try {
      Process process = Cage.start(launcher.orElseThrow(), fewer, program, List.of("-version"), "");
      String first = process.inputReader(StandardCharsets.UTF_8).readLine();
      process.destroyForcibly();
      return first != null && first.contains("version");
    } catch (IOException e) {
      return false;
    }
  }

  private static int exit(Process process) throws IOException {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
