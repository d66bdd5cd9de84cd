package io.tapedeck.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.settings.Amounts;
import io.tapedeck.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The files of a release that are not made by the build. */
class ReleaseTest {
  private static final Path RELEASE = Path.of("..", "deploy", "release");

  private static String text(String... path) throws IOException {
    return Files.readString(Path.of("..", path));
  }

  private static String setting(String unit, String name) {
    return unit.lines()
        .filter(line -> line.startsWith(name + "="))
        .findFirst()
        .orElseThrow()
        .substring(name.length() + 1);
  }

  @Test
  void aReleaseIsLaunchedAsACheckoutIs() throws IOException {
    String cut = "\n# The JVM reads file names";

    assertThat(text("dev", "release")).contains("sed -n '/^# The JVM reads file names/,$p'");
    assertThat(text("tapedeck").split(cut, -1)).hasSize(2);
    String launched = text("tapedeck").split(cut, -1)[1];
    String head = text("deploy", "release", "tapedeck.head");
    for (String needed : new String[] {"java", "dist", "ffmpeg", "libmp3lame"}) {
      assertThat(launched).contains("$" + needed);
      assertThat(head).containsPattern("(?m)^" + needed + "=");
    }
  }

  @Test
  void theSettingsOfThePackageCanBeUsed() {
    Settings settings =
        Settings.read(Map.of(), Map.of(), Optional.of(RELEASE.resolve("tapedeck.yaml")));

    assertThat(settings.web()).isEqualTo(RoleSettings.defaults().web());
  }

  @Test
  void theServiceHasNoRightsAndTimeToStop() throws IOException {
    String unit = Files.readString(RELEASE.resolve("tapedeck.service"));

    assertThat(Amounts.time(setting(unit, "TimeoutStopSec") + "s"))
        .isGreaterThan(RoleSettings.defaults().web().stop().plusSeconds(10));
    assertThat(setting(unit, "ExecStart")).startsWith("/usr/bin/tapedeck serve ");
    assertThat(setting(unit, "CapabilityBoundingSet")).isEmpty();
    assertThat(setting(unit, "NoNewPrivileges")).isEqualTo("yes");
    assertThat(setting(unit, "ProtectSystem")).isEqualTo("strict");
    assertThat(setting(unit, "SystemCallFilter"))
        .as("what the cage of ffmpeg calls itself")
        .contains("seccomp", "landlock_restrict_self", "@mount");
  }

  @Test
  void whatIsMeantForProductionStartsWhatWasReleased() throws IOException {
    assertThat(setting(text("deploy", "tapedeck-watch.service"), "ExecStart"))
        .startsWith("/usr/bin/tapedeck ");
    assertThat(text("docs", "operations.md")).doesNotContain("/opt/tapedeck/tapedeck ");
  }
}
