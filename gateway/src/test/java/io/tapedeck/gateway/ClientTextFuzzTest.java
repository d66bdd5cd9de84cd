package io.tapedeck.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Secret;
import io.tapedeck.core.Video;
import io.tapedeck.fuzzing.Mutations;
import io.tapedeck.http.Json;
import io.tapedeck.sharing.SignedLinks;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/** Any text as what a client says: metadata of tus, options, file names, links, ids. */
class ClientTextFuzzTest {
  private static final SignedLinks LINKS =
      new SignedLinks(new Secret("a key of the test"), Clock.systemUTC());
  private static final ConversionId ID = ConversionId.at(Instant.EPOCH);

  static Stream<byte[]> seeds() {
    return Stream.of(
            "filename dGFsay5tcDQ=,quality Mg==,x",
            "quality=2\nstart=1:02:03.5\nend=83.5\nchannel=left\ntrack=ita\ncopy=true\nid3=2.4",
            "bitrate=128\nloudness=-16.5\nmono=1\ntrack=2\nid3v1=off",
            "..\\a/\u202e\u0085 \ud83c\udfb5 e\u0301.mp4",
            "1893456000\n9Yb0",
            ID.value())
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "24h")
  void anyBytes(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    refusedAtWorst(() -> OptionFields.read(Tus.metadata(text)));
    refusedAtWorst(() -> options(text));
    String[] both = text.split("\n", 2);
    refusedAtWorst(() -> LINKS.check(ID, both[0], both[0], both[both.length - 1]));
    name(text);
    try {
      assertThat(new ConversionId(text).value()).isEqualTo(text);
    } catch (IllegalArgumentException expected) {
      assertThat(expected).hasMessageContaining("not an id");
    }
  }

  /** What is accepted can be told again. */
  private static void options(String text) {
    Map<String, String> fields = new HashMap<>();
    for (String line : text.split("\n")) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        fields.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    ConversionOptions options = OptionFields.read(fields);
    Map<String, String> again = new HashMap<>();
    OptionFields.members(options)
        .forEach((name, value) -> again.put(name, value == null ? "" : value.toString()));
    again.remove("mono"); // the same as channel
    again.replaceAll((name, value) -> value.replace("E-", "e-"));
    assertThat(Json.text(again)).isNotEmpty();
  }

  private static void name(String text) {
    String clean = FileNames.clean(text);
    assertThat(clean)
        .isNotBlank()
        .doesNotContain("/", "\\")
        .hasSizeLessThan(Video.LONGEST_NAME + 1);
    assertThat(clean.chars()).noneMatch(Character::isISOControl);
    assertThat(FileNames.attachment(FileNames.mp3(clean)).chars())
        .allMatch(c -> c >= 32 && c < 127);
  }

  private static void refusedAtWorst(Runnable reads) {
    try {
      reads.run();
    } catch (Refusal expected) {
      assertThat(expected.getMessage().chars()).noneMatch(Character::isISOControl);
    }
  }

  @Test
  void bytesNearGoodOnes() {
    Mutations.of(seeds(), this::anyBytes);
  }
}
