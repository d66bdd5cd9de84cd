package io.tapedeck.mp3;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The system's LAME library, found and loaded once. Immutable and safe for any number of threads;
 * each of its encoders belongs to one thread at a time.
 */
public final class Lame {
  /** The file names of the library, in the order of attempts. */
  private static final List<String> NAMES =
      List.of("libmp3lame.so.0", "libmp3lame.so", "libmp3lame.0.dylib", "libmp3lame.dylib");

  private static final Linker LINKER = Linker.nativeLinker();
  private static final FunctionDescriptor GET =
      FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS);
  private static final FunctionDescriptor TELL =
      FunctionDescriptor.ofVoid(ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
  private static final FunctionDescriptor SET =
      FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
  private static final FunctionDescriptor NEW = FunctionDescriptor.of(ValueLayout.ADDRESS);
  private static final FunctionDescriptor FLUSH =
      FunctionDescriptor.of(
          ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
  private static final FunctionDescriptor ENCODE =
      FunctionDescriptor.of(
          ValueLayout.JAVA_INT,
          ValueLayout.ADDRESS,
          ValueLayout.ADDRESS,
          ValueLayout.ADDRESS,
          ValueLayout.JAVA_INT,
          ValueLayout.ADDRESS,
          ValueLayout.JAVA_INT);

  private final SymbolLookup symbols;
  private final Map<String, MethodHandle> setters = new ConcurrentHashMap<>();
  private final String version;
  final MethodHandle init;
  final MethodHandle initParams;
  final MethodHandle close;
  final MethodHandle encode;
  final MethodHandle flush;
  final MethodHandle lowpass;

  private Lame(SymbolLookup symbols) {
    this.symbols = symbols;
    init = bound("lame_init", NEW);
    initParams = bound("lame_init_params", GET);
    close = bound("lame_close", GET);
    encode = bound("lame_encode_buffer_float", ENCODE);
    flush = bound("lame_encode_flush", FLUSH);
    lowpass = bound("lame_get_lowpassfreq", GET);
    version = askVersion();
  }

  /**
   * The library that the system's loader finds.
   *
   * @throws LameMissing if there is none, with the remedy
   */
  public static Lame system() {
    for (String name : NAMES) {
      try {
        return new Lame(SymbolLookup.libraryLookup(name, Arena.global()));
      } catch (IllegalArgumentException notThisName) {
        // The next name may work; if none does, LameMissing is thrown below.
      }
    }
    throw new LameMissing("no libmp3lame among the system's libraries");
  }

  /**
   * The library at a given path, for instance one built for this machine's processor.
   *
   * @throws LameMissing if it is not there or is no LAME
   */
  public static Lame at(Path library) {
    try {
      return new Lame(SymbolLookup.libraryLookup(library, Arena.global()));
    } catch (IllegalArgumentException notThere) {
      throw new LameMissing("no LAME library at " + library, notThere);
    }
  }

  /** The version that the library states, for instance {@code 3.100}. */
  public String version() {
    return version;
  }

  /** Calls {@code lame_set_<name>} of one encoder. */
  void set(MemorySegment encoder, String name, int value) {
    int answer;
    try {
      MethodHandle setter = setters.computeIfAbsent(name, _ -> bound("lame_set_" + name, SET));
      answer = (int) setter.invokeExact(encoder, value);
    } catch (Throwable broken) {
      throw broken(broken);
    }
    if (answer < 0) {
      throw new IllegalStateException("LAME refuses " + name + " = " + value);
    }
  }

  /** Prevents LAME from writing its own tag; this is the only setter without a return value. */
  void withoutTag(MemorySegment encoder) {
    try {
      bound("lame_set_write_id3tag_automatic", TELL).invokeExact(encoder, 0);
    } catch (Throwable broken) {
      throw broken(broken);
    }
  }

  /** Wraps an exception of a native call: none declares any, so it is a defect. */
  static IllegalStateException broken(Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    }
    return new IllegalStateException("a call into LAME failed", thrown);
  }

  private String askVersion() {
    try {
      var text = (MemorySegment) bound("get_lame_version", NEW).invokeExact();
      return text.reinterpret(64).getString(0);
    } catch (Throwable broken) {
      throw broken(broken);
    }
  }

  private MethodHandle bound(String name, FunctionDescriptor shape) {
    return LINKER.downcallHandle(
        symbols.find(name).orElseThrow(() -> new LameMissing("the LAME library has no " + name)),
        shape);
  }
}
