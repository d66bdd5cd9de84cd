package io.tapedeck.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserCommandTest {
  private static final byte[] PASSWORD =
      "a long walk on the beach\n".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path folder;

  private Said user(byte[] input, String... words) {
    String[] command = new String[words.length + 3];
    command[0] = "user";
    System.arraycopy(words, 0, command, 1, words.length);
    command[words.length + 1] = "--data";
    command[words.length + 2] = folder.toString();
    return Said.to(input, command);
  }

  @Test
  void peopleAreAddedListedAndRemovedWithoutAServer() {
    Said added = user(PASSWORD, "add", "--admin", "ada@example.org", "--password-stdin");
    Said listed = user(PASSWORD, "list");
    Said changed = user(PASSWORD, "set-password", "ada@example.org", "--password-stdin");
    Said removed = user(PASSWORD, "remove", "ada@example.org");
    Said empty = user(PASSWORD, "list");

    assertThat(added.out()).isEqualTo("added ada@example.org, an administrator\n");
    assertThat(listed.out()).hasLineCount(1).contains("ada@example.org", "admin");
    assertThat(changed.code()).isZero();
    assertThat(removed.code()).isZero();
    assertThat(empty.out()).isEmpty();
  }

  @Test
  void aWeakPasswordAndAStrangerAreRefusedInOneLine() {
    Said weak = user("short\n".getBytes(StandardCharsets.UTF_8), "add", "ada@example.org");
    Said nobody = user(PASSWORD, "remove", "nobody@example.org");

    assertThat(weak.code()).isEqualTo(1);
    assertThat(weak.err()).hasLineCount(1).startsWith("tapedeck: The password");
    assertThat(nobody.code()).isEqualTo(1);
    assertThat(nobody.err()).hasLineCount(1).contains("nobody@example.org");
  }

  @Test
  void aPasswordIsNeverTakenFromTheCommandLine() {
    Said said = user(PASSWORD, "add", "ada@example.org", "--password", "hunter2hunter2");

    assertThat(said.code()).isEqualTo(2);
  }
}
