package io.tapedeck.convert;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.Code;
import io.tapedeck.core.Problem;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProblemLineTest {
  /** What the code says of a server's accounts and requests never comes from a file. */
  private static final EnumSet<Code> OF_FILES =
      EnumSet.of(
          Code.NO_AUDIO_TRACK,
          Code.UNREADABLE_MEDIA,
          Code.UNSUPPORTED_CONTAINER,
          Code.UNSUPPORTED_CODEC,
          Code.EMPTY_FILE,
          Code.TRACK_NOT_FOUND,
          Code.NOTHING_IN_RANGE,
          Code.TOO_LONG,
          Code.TOO_LARGE,
          Code.IMPLAUSIBLE_LENGTH,
          Code.CONVERSION_STALLED,
          Code.CONVERSION_TIMEOUT,
          Code.CONVERTER_CRASHED,
          Code.NOT_FOUND,
          Code.CONFLICT,
          Code.DISK_FULL,
          Code.UNAVAILABLE,
          Code.INTERNAL);

  @ParameterizedTest
  @EnumSource(Code.class)
  void nothingSpeaksOfServersOrUploadsWhereThereAreFiles(Code code) {
    if (OF_FILES.contains(code)) {
      Problem problem = new Problem(code, "the detail");

      assertThat(ProblemLine.of(problem) + ProblemLine.members(problem))
          .contains("the detail")
          .doesNotContainIgnoringCase("server", "upload", "administrator", "traceid", "address");
    }
  }

  @Test
  void aDefectIsToldWithoutNamesOfClasses() {
    for (Throwable defect :
        List.of(
            new IllegalStateException(new AccessDeniedException("/x")),
            new UncheckedIOException(new AccessDeniedException("/x")),
            new IllegalStateException(),
            new StackOverflowError())) {
      assertThat(ProblemLine.of(ProblemLine.ofDefect(defect)))
          .startsWith("This is a fault of Tapedeck: an unforeseen error ended it")
          .doesNotContain("Exception", "Error", "null", "java.");
    }
  }

  @Test
  void whatCannotBeWrittenHasARemedyOnce() {
    Problem plain = new Problem(Code.UNAVAILABLE, "a.mp3 cannot be written: File too large");
    Problem told = new Problem(Code.UNAVAILABLE, "a.mp3 cannot be written: no; do this");

    assertThat(ProblemLine.of(plain)).endsWith("File too large; name another place with -o");
    assertThat(ProblemLine.of(told)).endsWith("no; do this");
  }

  @Test
  void theMp3HasItsOwnNameAlsoWhereItIsMadeUnderAnother() {
    Path made = Path.of("out/.tapedeck-1-2f.part");
    FileJob job =
        new FileJob("a.mp4", Path.of("a.mp4"), Path.of("out/a.mp3"), made, 1, new FileJob.Due());

    for (String detail :
        List.of(made + " cannot be written", made.getFileName() + " cannot be written")) {
      assertThat(job.named(new Problem(Code.DISK_FULL, detail)).detail())
          .isEqualTo("out/a.mp3 cannot be written");
    }
  }
}
