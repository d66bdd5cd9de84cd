package io.tapedeck.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that runs out of memory ends, even where somebody swallows the error. */
class MemoryTest {
  /** The exit code that the JVM has for it. */
  private static final int OUT_OF_MEMORY = 3;

  @TempDir private Path folder;

  /** The whole server, of which one thread takes all memory there is and goes on. */
  static final class Hungry {
    public static void main(String[] arguments) throws InterruptedException {
      Map<String, String> flags =
          Map.of("data", arguments[0], "server.port", "0", "admin.port", "0");
      Platform.start(Settings.read(flags, Map.of(), Optional.empty()), Clock.systemUTC());
      Thread.ofPlatform().start(Hungry::eat);
      new CountDownLatch(1).await();
    }

    /** Holds all memory there is and goes on, as a consumer would that survives everything. */
    private static void eat() {
      Deque<byte[]> eaten = new ArrayDeque<>();
      while (eaten.size() < Integer.MAX_VALUE) {
        try {
          eaten.add(new byte[1 << 20]);
        } catch (OutOfMemoryError e) {
          Thread.onSpinWait();
        }
      }
    }
  }

  @Test
  @Timeout(120)
  void aServerWithoutMemoryExitsRatherThanLinger() throws Exception {
    Process server =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Hungry.class.getName(),
                folder.resolve("data").toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(server.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(server.waitFor()).as(said).isEqualTo(OUT_OF_MEMORY);
    assertThat(said).contains("OutOfMemoryError");
  }
}
