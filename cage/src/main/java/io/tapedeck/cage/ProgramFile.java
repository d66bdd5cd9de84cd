package io.tapedeck.cage;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a program needs to read to start.
 *
 * @param real the file itself, behind links
 * @param binary whether it is an ELF file, and not a script
 * @param loader of its shared libraries; empty if it has none
 */
record ProgramFile(Path real, boolean binary, Optional<Path> loader) {
  private static final int HEAD = 4096;
  private static final int LOADER = 3;

  /** Where distributions put programs that find their libraries in the folders below. */
  private static final Set<Path> USUAL =
      Set.of(Path.of("/usr/bin"), Path.of("/bin"), Path.of("/usr/local/bin"));

  private static final List<String> LIBRARIES =
      List.of(
          "/lib",
          "/lib64",
          "/usr/lib",
          "/usr/lib64",
          "/usr/local/lib",
          "/usr/local/lib64",
          "/etc/ld.so.cache");

  /**
   * Without random numbers from the system, ffmpeg makes its own by reading its clock for a tenth
   * of a second.
   */
  private static final List<Path> DEVICES =
      Stream.of("/dev/urandom", "/dev/null").map(Path::of).filter(Files::exists).toList();

  /** Reads the beginning of the file; what cannot be read counts as a script. */
  static ProgramFile of(Path program) {
    try (RandomAccessFile file = new RandomAccessFile(program.toFile(), "r")) {
      Path real = program.toRealPath();
      byte[] head = new byte[(int) Math.min(HEAD, file.length())];
      file.readFully(head);
      ByteBuffer elf = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
      if (head.length < 64 || elf.getInt(0) != 0x464C457F) {
        return new ProgramFile(real, false, Optional.empty());
      }
      return new ProgramFile(real, true, loader(elf, file));
    } catch (IOException | RuntimeException e) {
      return new ProgramFile(program, false, Optional.empty());
    }
  }

  private static Optional<Path> loader(ByteBuffer elf, RandomAccessFile file) throws IOException {
    int at = (int) elf.getLong(32);
    for (int i = 0; i < elf.getShort(56); i++, at += elf.getShort(54)) {
      if (elf.getInt(at) == LOADER) {
        byte[] name = new byte[(int) Math.min(HEAD, elf.getLong(at + 32) - 1)];
        file.seek(elf.getLong(at + 8));
        file.readFully(name);
        return Optional.of(Path.of(new String(name, StandardCharsets.UTF_8)));
      }
    }
    return Optional.empty();
  }

  /** Whether it surely starts with what {@link #readable} lists; otherwise it must be tried. */
  boolean usual() {
    return binary && (loader.isEmpty() || USUAL.contains(real.getParent()));
  }

  /** What may be executed. */
  List<Path> executable() {
    List<Path> files = new ArrayList<>(List.of(real));
    loader.ifPresent(files::add);
    return files;
  }

  /**
   * Files and folders that may be read besides.
   *
   * @param more folders of libraries, as in the variable LD_LIBRARY_PATH
   */
  List<Path> readable(String more) {
    if (binary && loader.isEmpty()) {
      return DEVICES;
    }
    Path folder = real.toAbsolutePath().getParent();
    Stream<Path> own =
        folder == null || USUAL.contains(folder)
            ? Stream.of()
            : Stream.of(folder, folder.resolve("../lib").normalize());
    Stream<Path> named =
        Stream.of(more.split(":")).filter(each -> each.startsWith("/")).map(Path::of);
    return Stream.of(DEVICES.stream(), LIBRARIES.stream().map(Path::of), own, named)
        .flatMap(paths -> paths)
        .filter(Files::exists)
        .toList();
  }
}
