package io.tapedeck.cage;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a child can do in each layer of the cage, tried by a program in the place of ffmpeg. */
@EnabledOnOs(OS.LINUX)
class CageTest {
  @TempDir Path folder;
  private ServerSocket server;
  private Intruder intruder;

  @BeforeEach
  void letItIn() throws Exception {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    intruder = new Intruder(folder, server.getLocalPort());
  }

  @AfterEach
  void close() throws Exception {
    server.close();
  }

  private List<String> granted(CageLayer... layers) throws Exception {
    return Intruder.granted(intruder.answers(Set.of(layers)));
  }

  @Test
  void withoutACageItReadsWritesConnectsAndForks() throws Exception {
    assertThat(granted())
        .contains(
            "read the password file",
            "read a file beside the input",
            "read the input",
            "write a new file",
            "write an old file",
            "open a socket",
            "connect",
            "make a process",
            "signal us",
            "take 2 GB",
            "make a file in memory");
  }

  @Test
  void inTheWholeCageItReadsItsInputAndNothingElseIsGranted() throws Exception {
    Set<CageLayer> layers = CageTrial.of(folder.resolve("intruder"), 1 << 30, false).layers();

    assertThat(layers).containsAll(Intruder.everywhere());
    assertThat(Intruder.granted(intruder.answers(layers))).isEqualTo(Intruder.NEEDED);
  }

  @Test
  void theLayersThatNeedNoRightsHoldAUserWithoutRights() throws Exception {
    Map<String, Long> answers = intruder.answersToNobody(Intruder.everywhere());

    assertThat(Intruder.granted(answers)).isEqualTo(Intruder.NEEDED);
  }

  @Test
  void theFilterOfSystemCallsAloneStopsAllButReading() throws Exception {
    assertThat(granted(CageLayer.PRIVILEGES, CageLayer.SYSTEM_CALLS))
        .containsExactly(
            "read the password file",
            "read a file beside the input",
            "read the input",
            "read random numbers",
            "take 2 GB");
  }

  @Test
  void theRulesForFilesAloneStopFilesAndTheNetwork() throws Exception {
    assertThat(granted(CageLayer.PRIVILEGES, CageLayer.FILES))
        .contains("read the input", "make a process")
        .doesNotContain(
            "read the password file",
            "read a file beside the input",
            "read our memory",
            "write a new file",
            "write an old file",
            "make a folder",
            "delete a file",
            "start another program");
    assertThat(folder.resolve("secret")).hasContent("a secret");
  }

  @Test
  void theLimitsAloneStopTwoGigabytes() throws Exception {
    assertThat(granted(CageLayer.LIMITS))
        .contains("read the password file", "open a socket")
        .doesNotContain("take 2 GB");
  }

  @Test
  void namespacesAloneStopConnectionsAndChanges() throws Exception {
    if (CageTrial.of(folder.resolve("intruder"), 1 << 30, false)
        .layers()
        .contains(CageLayer.NAMESPACES)) {
      assertThat(granted(CageLayer.NAMESPACES))
          .contains("open a socket")
          .doesNotContain(
              "connect", "write a new file", "write an old file", "make a folder", "delete a file");
    }
  }

  @Test
  void anotherUserCanNotSignalUs() throws Exception {
    if (ProcessRights.now().canChangeUser()) {
      assertThat(granted(CageLayer.USER))
          .contains("read the input", "open a socket")
          .doesNotContain("signal us", "trace another process", "write an old file", "become root");
    }
  }

  @Test
  void rootHasNoCapabilitiesLeft() throws Exception {
    assertThat(granted(CageLayer.PRIVILEGES))
        .contains("open a socket")
        .doesNotContain("change the root", "load a program into the kernel");
  }

  @Test
  void manyChildrenShareTheMemory() {
    long gigabyte = 1L << 30;

    assertThat(Cage.memory(64 * gigabyte, 8)).isEqualTo(Cage.MOST_MEMORY);
    assertThat(Cage.memory(8 * gigabyte, 8)).isEqualTo(gigabyte / 2);
    assertThat(Cage.memory(gigabyte, 8)).isEqualTo(384L << 20);
  }
}
