package io.tapedeck.media;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that holds one input after the other. */
final class FuzzedFile {
  private final Path file;

  FuzzedFile(String kind) {
    try {
      file = Files.createTempFile("fuzzed", "." + kind);
      file.toFile().deleteOnExit();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path with(byte[] bytes) throws IOException {
    return Files.write(file, bytes);
  }
}
