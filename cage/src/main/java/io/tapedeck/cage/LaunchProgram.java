package io.tapedeck.cage;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * What the launcher does before ffmpeg begins: a list of system calls with the memory that they
 * point to. Not safe for several threads.
 */
final class LaunchProgram {
  /** The length of a step: number, six arguments, and the flag that becomes the result. */
  static final int STEP = 64;

  /** What the launcher writes when all steps have succeeded; no step's number begins with it. */
  static final int READY = '+';

  private static final int RESULT = STEP - Long.BYTES;

  private record Step(String name, int call, boolean must, List<Long> arguments) {
    boolean isAt(ByteBuffer place) {
      boolean same = call == place.getLong(0);
      for (int i = 0; i < arguments.size(); i++) {
        same &= arguments.get(i) == place.getLong(Long.BYTES * (i + 1));
      }
      return same;
    }
  }

  private final Machine machine;
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();
  private final List<Step> steps = new ArrayList<>();

  LaunchProgram(Machine machine) {
    this.machine = machine;
    data.writeBytes(new byte[Long.BYTES]); // the address of the steps, known at the end
  }

  /** Keeps bytes in the launcher's memory; returns their address, a multiple of eight. */
  long keep(byte[] bytes) {
    data.writeBytes(new byte[-data.size() & 7]);
    long address = Machine.BASE + data.size();
    data.writeBytes(bytes);
    return address;
  }

  /** Keeps a text with a zero behind it. */
  long keep(String text) {
    return keep((text + '\0').getBytes(StandardCharsets.UTF_8));
  }

  /** Keeps words of eight bytes. */
  long keep(long... words) {
    byte[] bytes = new byte[words.length * Long.BYTES];
    LongBuffer all = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
    all.put(words);
    return keep(bytes);
  }

  /** Keeps a list of texts with a null behind it, as for arguments and variables. */
  long keepAll(List<String> texts) {
    long[] addresses = new long[texts.size() + 1];
    for (int i = 0; i < texts.size(); i++) {
      addresses[i] = keep(texts.get(i));
    }
    return keep(addresses);
  }

  /** Adds a step that must succeed. */
  void must(String name, SystemCall call, long... arguments) {
    steps.add(
        new Step(name, call.number(machine), true, LongStream.of(arguments).boxed().toList()));
  }

  /** Adds a step whose failure does not end the launcher. */
  void may(String name, SystemCall call, long... arguments) {
    may(name, call.number(machine), arguments);
  }

  /** The same for a call that neither the launcher nor a child makes. */
  void may(String name, int number, long... arguments) {
    steps.add(new Step(name, number, false, LongStream.of(arguments).boxed().toList()));
  }

  /** Ends the program by writing all steps with their results, for {@link #results}. */
  byte[] trying() {
    data.writeBytes(new byte[-data.size() & 7]);
    long begin = Machine.BASE + data.size();
    long length = (long) steps.size() * STEP;
    must("results", SystemCall.WRITE, 1, begin, length);
    must("end", SystemCall.EXIT_GROUP, 0);
    return image();
  }

  /** Ends the program with ffmpeg, after one byte that says that all steps succeeded. */
  byte[] starting(long path, long arguments, long variables) {
    must("ready", SystemCall.WRITE, 1, keep(READY), 1);
    must("start", SystemCall.EXECVE, path, arguments, variables);
    return image();
  }

  private byte[] image() {
    data.writeBytes(new byte[-data.size() & 7]);
    byte[] kept = data.toByteArray();
    byte[] all = new byte[kept.length + steps.size() * STEP];
    ByteBuffer image = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
    image.put(kept).putLong(0, Machine.BASE + kept.length);
    for (Step step : steps) {
      image.putLong(step.call);
      for (int i = 0; i < 6; i++) {
        image.putLong(i < step.arguments.size() ? step.arguments.get(i) : 0);
      }
      image.putLong(step.must ? 1 : 0);
    }
    return all;
  }

  /**
   * What the steps of a trial returned, by name: of steps with the same name the first that is
   * negative, which is an error's number with a minus.
   */
  Map<String, Long> results(byte[] written) {
    ByteBuffer all = ByteBuffer.wrap(written).order(ByteOrder.LITTLE_ENDIAN);
    Map<String, Long> results = new LinkedHashMap<>();
    for (int i = 0; (i + 1) * STEP <= written.length && i < steps.size(); i++) {
      long result = all.getLong(i * STEP + RESULT);
      results.merge(steps.get(i).name(), result, (first, next) -> first < 0 ? first : next);
    }
    return results;
  }

  /** The name of the step that ended the launcher, from what it wrote. */
  String failed(byte[] step) {
    ByteBuffer one = ByteBuffer.wrap(step).order(ByteOrder.LITTLE_ENDIAN);
    return steps.stream()
        .filter(each -> one.capacity() == STEP && each.isAt(one))
        .map(Step::name)
        .findFirst()
        .orElse("its launcher");
  }

  /** The number of the error of the step that ended the launcher. */
  static int error(byte[] step) {
    return step.length == STEP
        ? (int) -ByteBuffer.wrap(step).order(ByteOrder.LITTLE_ENDIAN).getLong(RESULT)
        : 0;
  }
}
