package io.tapedeck.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.auth.AuthSettings.SignUp;
import io.tapedeck.core.Fault;
import io.tapedeck.core.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  @TempDir private Path folder;

  private Settings read(String yaml, Map<String, String> environment, Map<String, String> flags)
      throws IOException {
    Path file = Files.writeString(folder.resolve("tapedeck.yaml"), yaml);
    return Settings.read(flags, environment, Optional.of(file));
  }

  @Test
  void theCommandLineWinsOverTheEnvironmentAndThatOverTheFile() throws IOException {
    String yaml = "server:\n  port: 1000\n  host: 0.0.0.0\n  idle: 90s\n";
    Map<String, String> environment =
        Map.of("TAPEDECK_SERVER_PORT", "2000", "TAPEDECK_SERVER_HOST", "::1");

    Settings settings = read(yaml, environment, Map.of("server.port", "3000"));

    assertThat(settings.web().port()).isEqualTo(3000);
    assertThat(settings.web().host()).isEqualTo("::1");
    assertThat(settings.web().idle()).isEqualTo(Duration.ofSeconds(90));
  }

  @Test
  void allMistakesAreToldAtOnceWithPlaceAndRemedy() {
    String yaml = "server:\n  prot: 1\n  idle: soon\nlog: {format: xml}\n";
    Map<String, String> environment =
        Map.of("TAPEDECK_SERVER_PORT", "99999", "TAPEDECK_SERVER_HSOT", "x", "PATH", "/bin");

    assertThatThrownBy(() -> read(yaml, environment, Map.of()))
        .isInstanceOf(UsageErrors.class)
        .hasMessageContaining("tapedeck.yaml, server.prot: there is no such setting")
        .hasMessageContaining("perhaps server.port?")
        .hasMessageContaining("tapedeck.yaml, server.idle: \"soon\" cannot be used")
        .hasMessageContaining("tapedeck.yaml, log.format: \"xml\" cannot be used")
        .hasMessageContaining("one of text, json")
        .hasMessageContaining("TAPEDECK_SERVER_PORT: \"99999\" cannot be used: it is 0 to 65535")
        .hasMessageContaining("TAPEDECK_SERVER_HSOT: there is no such setting")
        .hasMessageNotContaining("PATH:");
  }

  @Test
  void whatTheLauncherReadsIsNoMistakeForTheProgram() throws IOException {
    String scripts =
        Files.readString(Path.of("../tapedeck")) + Files.readString(Path.of("../dev/prepare.sh"));
    Map<String, String> variables =
        Pattern.compile("\\$\\{(TAPEDECK_[A-Z_]+)")
            .matcher(scripts)
            .results()
            .map(found -> found.group(1))
            .distinct()
            .collect(Collectors.toMap(name -> name, name -> "no"));

    assertThat(variables).containsKeys("TAPEDECK_INSTALL", "TAPEDECK_MEDIA_TOOLS");
    assertThat(read("", variables, Map.of())).isNotNull();
  }

  @Test
  void aSecretComesFromAMountedFileAndIsNeverPrinted() throws IOException {
    Path mounted = Files.writeString(folder.resolve("password"), "hunter2hunter2\n");
    Map<String, String> environment = Map.of("TAPEDECK_MAIL_PASSWORD_FILE", mounted.toString());
    Values values = new Values(Map.of(), environment, Map.of(), "none");

    Optional<Secret> password = values.secret("mail.password", "");

    assertThat(password.orElseThrow().reveal()).isEqualTo("hunter2hunter2");
    assertThat(password.toString()).doesNotContain("hunter2").contains("[REDACTED]");
    assertThat(values.usageErrors()).isEmpty();
  }

  @Test
  void aMountedFileThatIsMissingAndAVariableSetTwiceAreMistakes() {
    Map<String, String> environment =
        Map.of(
            "TAPEDECK_A_FILE", folder.resolve("none").toString(),
            "TAPEDECK_B", "1",
            "TAPEDECK_B_FILE", "also");
    Values values = new Values(Map.of(), environment, Map.of(), "none");
    values.secret("a", "");
    values.secret("b", "");

    assertThat(values.usageErrors())
        .extracting(Values.UsageError::place)
        .containsExactlyInAnyOrder("TAPEDECK_A_FILE", "TAPEDECK_B");
  }

  @Test
  void aFileThatIsNoYamlIsNamedWithThePlace() {
    assertThatThrownBy(() -> read("server: {port: 1", Map.of(), Map.of()))
        .isInstanceOf(Fault.class)
        .hasMessageContaining("tapedeck.yaml")
        .hasMessageContaining("line 1");
    assertThatThrownBy(() -> read("- 1\n- 2\n", Map.of(), Map.of()))
        .isInstanceOf(Fault.class)
        .hasMessageContaining("no list of settings");
  }

  @Test
  void anEmptyFileIsAllDefaultsAndBindsThisMachineOnly() throws IOException {
    Settings settings = read("", Map.of(), Map.of());

    assertThat(settings.web().host()).isEqualTo("127.0.0.1");
    assertThat(settings.web().port()).isEqualTo(8080);
    assertThat(settings.admin().port()).isEqualTo(8081);
  }

  @Test
  void signUpIsOpenOnThisMachineAndClosedToTheWorldUnlessToldOtherwise() throws IOException {
    Map<String, String> world = Map.of("server.host", "0.0.0.0");

    assertThat(read("", Map.of(), Map.of()).signUp()).isEqualTo(SignUp.OPEN);
    assertThat(read("", Map.of(), world).signUp()).isEqualTo(SignUp.CLOSED);
    assertThat(read("accounts: {sign-up: invite}", Map.of(), world).signUp())
        .isEqualTo(SignUp.INVITE);
  }

  @Test
  void whatOnlyFitsTogetherIsCheckedTogether() {
    assertThatThrownBy(() -> read("mail: {host: x, user: y, from: nobody}", Map.of(), Map.of()))
        .isInstanceOf(UsageErrors.class)
        .hasMessageContaining("mail.user: one of mail.user and mail.password is missing");
    assertThatThrownBy(() -> read("server: {base-path: x, public-url: audio}", Map.of(), Map.of()))
        .hasMessageContaining("server.base-path: \"x\" is no path")
        .hasMessageContaining("server.public-url: it is no web address");
  }

  @Test
  void noFileIsTakenThatNoConverterCouldHold() throws IOException {
    Map<String, String> none = Map.of();

    assertThat(read("", none, none).edge().longestVideo()).isEqualTo(50L << 30);
    assertThat(read("converter: {scratch: 11 GiB}", none, none).edge().longestVideo())
        .as("nine tenths of what is left beside the margin of 1 GiB")
        .isEqualTo((10L << 30) / 10 * 9);
    assertThat(
            read("converter: {scratch: 11 GiB}\nlimits: {file: 2 GiB}", none, none)
                .edge()
                .longestVideo())
        .isEqualTo(2L << 30);
  }
}
