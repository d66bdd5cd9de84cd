package io.tapedeck.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.contracts.Media;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lines that README.md tells people to type do what it says. */
class ReadmeTest {
  /** A fenced block that comes after the comment {@code <!-- run by e2e -->}. */
  private static final Pattern BLOCK =
      Pattern.compile("<!-- run by e2e -->\\s*```(?:bash|sh|console)?\\n(.*?)```", Pattern.DOTALL);

  @TempDir Path folder;

  @Test
  void theCurlLinesGoFromSignUpToTheMp3() throws Exception {
    String readme = Files.readString(Path.of("..", "README.md"));
    Matcher block = BLOCK.matcher(readme);
    assertThat(block.find()).as("README.md has a block that is run here").isTrue();
    Media.video(folder.resolve("talk.mp4"), 2);
    try (TestPlatform platform = TestPlatform.start()) {
      String address = platform.uri().toString().replaceFirst("/$", "");
      String script = block.group(1).replaceAll("http://(localhost|127\\.0\\.0\\.1):8080", address);
      Path file = Files.writeString(folder.resolve("readme.sh"), "set -euo pipefail\n" + script);
      Process bash =
          new ProcessBuilder("bash", file.toString())
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .start();
      String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(bash.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(bash.exitValue()).as(said).isZero();
      assertThat(folder.resolve("talk.mp3")).as(said).isNotEmptyFile();
      assertThat(Outbox.of(platform.data()).files()).as("the e-mail it speaks of").hasSize(1);
    }
  }
}
