package io.tapedeck.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.settings.Amounts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The image and its two compositions give a role what it needs, and no more rights than that. */
class ComposeTest {
  private static final Path DEPLOY = Path.of("..", "deploy");
  private static final Map<String, ?> ALONE = services("compose.yaml");
  private static final Map<String, ?> CLUSTER = services("compose.cluster.yaml");
  private static final Map<String, ?> WATCH = services("compose.watch.yaml");

  @Test
  void aRoleHasWhatItNeedsAndNothingThatIsWrong() {
    for (String role : RoleSettings.ROLES) {
      assertThat(map(CLUSTER, role).get("command")).isEqualTo(List.of(role));
      RoleSettings.fit(role, environment(map(CLUSTER, role)));
    }
  }

  @Test
  void addressesAreThoseOfServices() {
    Map<String, String> given = environment(map(CLUSTER, "notification"));
    for (String service : List.of("auth", "mysql", "mongo", "rabbitmq", "mail")) {
      assertThat(CLUSTER.keySet().stream().map(each -> (Object) each)).contains(service);
      assertThat(given.values()).anySatisfy(value -> assertThat(value).contains(service));
    }
  }

  @Test
  void aNodeMayDoNothingButItsWork() {
    confined(map(ALONE, "tapedeck"));
    RoleSettings.ROLES.forEach(role -> confined(map(CLUSTER, role)));
    confined(map(WATCH, "watch"));
  }

  private static void confined(Map<String, ?> service) {
    assertThat(service.get("read_only")).isEqualTo(true);
    assertThat(service.get("cap_drop")).isEqualTo(List.of("ALL"));
    assertThat(service.get("security_opt")).isEqualTo(List.of("no-new-privileges:true"));
    assertThat(service.get("tmpfs")).isEqualTo(List.of("/tmp"));
    assertThat(service.get("mem_limit")).isNotNull();
    assertThat(service.get("pids_limit")).isNotNull();
    String grace = String.valueOf(service.get("stop_grace_period"));
    assertThat(Amounts.time(grace)).isGreaterThan(RoleSettings.defaults().web().stop());
  }

  @Test
  void onlyThePageAndTheMailsAreReachedFromOutsideAndOnlyFromThisMachine() {
    Map<String, List<?>> open = new LinkedHashMap<>();
    CLUSTER.forEach((name, service) -> {
      if (cast(service).get("ports") instanceof List<?> ports) {
        open.put(name, ports);
      }
    });

    assertThat(open)
        .containsOnly(
            Map.entry("gateway", List.of("127.0.0.1:8080:8080")),
            Map.entry("mail", List.of("127.0.0.1:8025:8025")));
    assertThat(map(ALONE, "tapedeck").get("ports")).isEqualTo(List.of("127.0.0.1:8080:8080"));
  }

  @Test
  void theImageRunsAsSomebodyWithoutRightsAndTellsHowItIs() throws IOException {
    String all = Files.readString(DEPLOY.resolve("Dockerfile"));
    String last = all.substring(all.lastIndexOf("\nFROM "));

    assertThat(last)
        .startsWith("\nFROM scratch\n")
        .contains("\nUSER 10001:10001\n", "\nHEALTHCHECK ", "/usr/bin/tapedeck-ready")
        .contains("\nENTRYPOINT [\"/usr/bin/tapedeck\"]\n")
        .doesNotContain("\nRUN ", "jdk");
    assertThat(Files.readAllLines(DEPLOY.resolve("java.options")))
        .contains("-XX:+ExitOnOutOfMemoryError", "-XX:AOTCache=/opt/tapedeck/tapedeck.aot");
    assertThat(Files.readString(DEPLOY.resolve("rootfs")))
        .contains("libmp3lame.so.0", "ca-certificates.crt", "/opt/ffmpeg/ffmpeg")
        .contains("cp /opt/launcher \"$to/usr/bin/tapedeck\"");
  }

  @Test
  void theImageSaysWhatItIsAndHoldsNoDebugFiles() throws IOException {
    String all = Files.readString(DEPLOY.resolve("Dockerfile"));
    String last = all.substring(all.lastIndexOf("\nFROM "));

    assertThat(all).contains("RUN dev/lib/jvm.sh ");
    assertThat(Files.readString(Path.of("..", "dev", "lib", "jvm.sh")))
        .contains("--exclude-files='**.debuginfo,");
    for (String label :
        List.of("title", "description", "vendor", "licenses", "version", "revision")) {
      assertThat(last).contains("org.opencontainers.image." + label + "=\"");
    }
    assertThat(all)
        .contains(
            "cp dev/media-tools dev/lib/lame.sh dev/lib/lame/* /opt/tapedeck/lame/",
            "dev/media-tools dev/lib/ffmpeg.sh dev/lib/ffmpeg/* /opt/tapedeck/ffmpeg/");
  }

  @Test
  void whatDevImageBuildsIsWhatIsRun() throws IOException {
    String name = "localhost/tapedeck:latest";

    assertThat(Files.readString(Path.of("..", "dev", "image"))).contains("name=${IMAGE:-" + name);
    assertThat(map(ALONE, "tapedeck").get("image")).isEqualTo(name);
    assertThat(map(WATCH, "watch").get("image")).isEqualTo(name);
    for (String role : RoleSettings.ROLES) {
      assertThat(map(CLUSTER, role).get("image")).isEqualTo(name);
    }
  }

  private static Map<String, String> environment(Map<String, ?> service) {
    Map<String, String> given = new HashMap<>();
    map(service, "environment").forEach((name, value) -> given.put(name, plain(value)));
    return given;
  }

  /** What a person gives, filled in: the default where there is one. */
  private static String plain(Object value) {
    return String.valueOf(value)
        .replaceAll("\\$\\{[A-Z_]+:-([^}]*)}", "$1")
        .replaceAll("\\$\\{[A-Z_]+[^}]*}", "x".repeat(32));
  }

  private static Map<String, ?> services(String file) {
    try {
      Load load = new Load(LoadSettings.builder().setLabel(file).build());
      return map(cast(load.loadFromString(Files.readString(DEPLOY.resolve(file)))), "services");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, ?> map(Map<String, ?> parent, String key) {
    return cast(parent.get(key));
  }

  /** A map of text, with {@code <<} merged in as compose does it. */
  private static Map<String, ?> cast(Object value) {
    assertThat(value).isInstanceOf(Map.class);
    Map<String, Object> merged = new LinkedHashMap<>();
    Object more = ((Map<?, ?>) value).get("<<");
    for (Object each :
        more instanceof List<?> many ? many : more == null ? List.of() : List.of(more)) {
      merged.putAll(cast(each));
    }
    ((Map<?, ?>) value).forEach((key, each) -> merged.put((String) key, each));
    merged.remove("<<");
    return merged;
  }
}
