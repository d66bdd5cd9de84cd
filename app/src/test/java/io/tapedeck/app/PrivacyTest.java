package io.tapedeck.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.OwnerOnly;
import io.tapedeck.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivacyTest {
  @TempDir private Path temporary;

  private Path data() {
    return temporary.resolve("data");
  }

  /** All of the folder that others could open while a server runs. */
  private List<String> open() throws IOException {
    Map<String, String> flags = Map.of("data", data().toString(), "server.port", "0");
    try (Platform platform =
            Platform.start(Settings.read(flags, Map.of(), Optional.empty()), Clock.systemUTC());
        var files = Files.walk(platform.folder().path())) {
      assertThat(data().resolve("tapedeck.db-wal")).exists();
      return files.filter(this::isOpen).map(Path::toString).toList();
    }
  }

  private boolean isOpen(Path path) {
    try {
      var wanted = Files.isDirectory(path) ? OwnerOnly.FOLDER : OwnerOnly.FILE;
      return !Files.getPosixFilePermissions(path).equals(wanted);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void aFreshFolderIsItsOwnersAlone() throws IOException {
    assertThat(open()).isEmpty();
  }

  @Test
  void aFolderOfAnEarlierVersionIsClosedAtTheNextStart() throws IOException {
    open();
    for (String name : new String[] {"videos/v", "mp3s/m", "outbox/e-mail.eml", "uploads/u.part"}) {
      Files.createDirectories(data().resolve(name).getParent());
      Files.writeString(data().resolve(name), "mine");
    }
    try (var files = Files.walk(data())) {
      for (Path path : files.toList()) {
        String mode = Files.isDirectory(path) ? "rwxr-xr-x" : "rw-r--r--";
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
      }
    }

    assertThat(open()).isEmpty();
  }

  @Test
  void whatIsNotOursKeepsItsPermissions() throws IOException {
    Files.createDirectories(data());
    Path other = Files.writeString(data().resolve("index.html"), "a page");
    Files.setPosixFilePermissions(data(), PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(other, PosixFilePermissions.fromString("rw-r--r--"));

    assertThat(open()).containsExactly(data().toString(), other.toString());
  }
}
