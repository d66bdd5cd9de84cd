package io.tapedeck.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.contracts.Media;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code convert} with folders, trees and lists. */
class ConvertFolderTest {
  @TempDir private Path temporary;
  private Path in;
  private Path out;
  private Path clip;

  @BeforeEach
  void makeFolders() throws IOException {
    in = Files.createDirectories(temporary.resolve("in"));
    out = temporary.resolve("out");
    clip = Media.audio(temporary.resolve("clip.m4a"), 1);
  }

  private Path clip(String name) throws IOException {
    Path to = in.resolve(name);
    Files.createDirectories(to.getParent());
    return Files.copy(clip, to);
  }

  private static List<String> tree(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void aFolderStandsForItsMediaFilesAndATreeIsMirrored() throws IOException {
    clip("b one.mp4");
    clip("sub/É/c.MKV");
    clip(".hidden.mp4");
    clip(".trash/d.mp4");
    Files.writeString(in.resolve("notes.txt"), "no video");
    Files.writeString(in.resolve("code.ts"), "export const video = 1;\n");
    Files.createDirectories(in.resolve("empty"));

    Said flat = Said.by("convert", in.toString(), "-o", out + "");
    List<String> first = tree(out);
    Said deep = Said.by("convert", "-r", in.toString(), "-o", out + "/new", "--quiet");

    assertThat(flat.code()).as(flat.err()).isZero();
    assertThat(flat.out()).hasLineCount(1);
    assertThat(first).containsExactly("b one.mp3");
    assertThat(deep.code()).isZero();
    assertThat(deep.out() + deep.err()).isEmpty();
    assertThat(tree(out.resolve("new"))).containsExactly("b one.mp3", "sub/É/c.mp3");
    assertThat(out.resolve("new/empty")).doesNotExist();
  }

  @Test
  void aSecondRunTakesNoMp3OfTheFirstAsItsInput() throws IOException {
    clip("a.mp4");
    clip("sub/b.mp4");

    Said beside = Said.by("convert", "-r", in.toString());
    Said again = Said.by("convert", "-r", in.toString(), "--skip-existing");
    Said away = Said.by("convert", "-r", in.toString(), "-o", in + "/mp3s");
    Said awayAgain = Said.by("convert", "-r", in.toString(), "-o", in + "/mp3s", "--skip-existing");

    assertThat(List.of(beside.code(), again.code(), away.code(), awayAgain.code())).containsOnly(0);
    assertThat(again.out()).isEmpty();
    assertThat(again.err()).isEqualTo("2 files skipped: their MP3s are there already\n");
    assertThat(tree(in))
        .containsExactly(
            "a.mp3", "a.mp4", "mp3s/a.mp3", "mp3s/sub/b.mp3", "sub/b.mp3", "sub/b.mp4");
  }

  @Test
  void anMp3InAFolderIsTakenWhereItWasMadeOfNothingThere() throws IOException {
    Files.copy(Media.audio(temporary.resolve("memo.mp3"), 1), in.resolve("memo.mp3"));
    clip("a.mp4");
    Files.copy(in.resolve("memo.mp3"), in.resolve("a.mp3"));

    Said.by("convert", in.toString(), "-o", out + "/");

    assertThat(tree(out)).containsExactly("a.mp3", "memo.mp3");
  }

  @Test
  void videosThatDifferInTheirEndingsKeepThem() throws IOException {
    clip("a.mp4");
    clip("a.webm");

    Said folder = Said.by("convert", in.toString());
    Said named = Said.by("convert", in + "/a.webm", in + "/a.mp4", in + "/a.avi", "-o", out + "/");
    Said again = Said.by("convert", in.toString(), "--skip-existing", "--json");

    assertThat(folder.code()).as(folder.err()).isZero();
    assertThat(tree(in)).containsExactly("a.mp4", "a.mp4.mp3", "a.webm", "a.webm.mp3");
    assertThat(named.code()).isEqualTo(1);
    assertThat(tree(out)).containsExactly("a.mp4.mp3", "a.webm.mp3");
    assertThat(again.code()).isZero();
    assertThat(again.out().lines().map(line -> Document.of(line).text("state")))
        .containsExactly("skipped", "skipped");
  }

  @Test
  void oneNameForTwoVideosStopsTheSecondOnly() throws IOException {
    Path one = clip("x/a.mp4");
    Path two = clip("y/a.mp4");

    Said said =
        Said.by("convert", "" + one, "" + two, "" + one, "" + clip("b.mp4"), "-o", out + "/");

    assertThat(said.code()).isEqualTo(1);
    assertThat(said.out()).hasLineCount(2);
    assertThat(said.err()).hasLineCount(1).contains("y/a.mp4: ", "is the MP3 of " + one);
    assertThat(tree(out)).containsExactly("a.mp3", "b.mp3");
  }

  @Test
  void aLinkThatLeadsBackEndsAndOneToAFileIsFollowed() throws IOException {
    clip("a.mp4");
    Files.createSymbolicLink(in.resolve("back"), in);
    Files.createSymbolicLink(in.resolve("b.mp4"), clip);
    Path link = Files.createSymbolicLink(temporary.resolve("link"), in);

    Said said = Said.by("convert", "-r", link.toString(), "-o", out + "/");

    assertThat(said.code()).as(said.err()).isZero();
    assertThat(tree(out)).containsExactly("a.mp3", "b.mp3");
  }

  @Test
  void aFolderWithoutMediaIsNothingToConvert() throws IOException {
    clip("sub/a.mp4");
    Files.createDirectories(in.resolve("sub2"));

    Said flat = Said.by("convert", in.toString());
    Said empty = Said.by("convert", "-r", in + "/sub2", "-o", out.toString());

    assertThat(flat.code()).isEqualTo(3);
    assertThat(flat.err()).hasLineCount(1).contains("--recursive also looks in its folders");
    assertThat(empty.code()).isEqualTo(3);
    assertThat(out).doesNotExist();
  }

  @Test
  void namesInAListMeanThemselves() throws IOException {
    List<String> names = List.of("one two.mp4", "a\"b'c\\d.mp4", "#no comment.mp4", "@x.mp4", "-");
    StringBuilder lines = new StringBuilder();
    for (String name : names) {
      lines.append(clip(name)).append("\n");
    }
    clip("folder/of.mp4");
    lines.append(in.resolve("folder")).append("\r\n\n");
    Path list = Files.writeString(temporary.resolve("my list"), lines);

    Said said = Said.by("convert", "@" + list, "-o", out.toString());
    Said zeros =
        Said.to(
            (in + "/-\0" + in + "/@x.mp4\0").getBytes(StandardCharsets.UTF_8),
            "convert",
            "@-",
            "-o",
            out + "/zeros");
    Said missing = Said.by("convert", "@" + in + "/none", clip("z.mp4").toString());

    assertThat(said.code()).as(said.err()).isZero();
    assertThat(tree(out))
        .contains("#no comment.mp3", "-.mp3", "@x.mp3", "a\"b'c\\d.mp3", "of.mp3", "one two.mp3");
    assertThat(zeros.code()).as(zeros.err()).isZero();
    assertThat(tree(out.resolve("zeros"))).containsExactly("-.mp3", "@x.mp3");
    assertThat(missing.code()).isEqualTo(1);
    assertThat(missing.err()).hasLineCount(1).contains("the list cannot be read: no such file");
    assertThat(in.resolve("z.mp3")).exists();
  }

  @Test
  void anMp3GetsTheDateOfItsVideoAlsoLater() throws IOException {
    FileTime date = FileTime.from(Instant.parse("2001-02-03T04:05:06Z"));
    Path video = clip("a.mp4");
    Files.setLastModifiedTime(video, date);
    Path mp3 = in.resolve("a.mp3");

    Said.by("convert", "--keep-date", video.toString());
    FileTime first = Files.getLastModifiedTime(mp3);
    Files.setLastModifiedTime(mp3, FileTime.from(Instant.EPOCH));
    Said.by("convert", "--keep-date", "--skip-existing", "--jobs", "1", video.toString());

    assertThat(first).isEqualTo(date);
    assertThat(Files.getLastModifiedTime(mp3)).isEqualTo(date);
    assertThat(tree(in)).containsExactly("a.mp3", "a.mp4");
  }

  @Test
  void whatAKilledRunLeftIsDeletedAndWhatALivingOneMakesIsNot() throws IOException {
    clip("a.mp4");
    Process gone = new ProcessBuilder("true").start();
    gone.onExit().join();
    Path dead = in.resolve(".tapedeck-" + gone.pid() + "-1f.part");
    Path reused = in.resolve(".tapedeck-1-2f.part");
    Path alive = in.resolve(".tapedeck-1-3f.part");
    Path other = in.resolve(".tapedeck-notes.part");
    for (Path each : List.of(dead, reused, alive, other)) {
      Files.writeString(each, "half of one");
    }
    Files.setLastModifiedTime(reused, FileTime.from(Instant.EPOCH));
    Files.createFile(in.resolve("a.mp3")); // what a power cut leaves

    Said said = Said.by("convert", "--skip-existing", in.toString());

    assertThat(said.code()).as(said.err()).isZero();
    assertThat(tree(in))
        .containsExactly(".tapedeck-1-3f.part", ".tapedeck-notes.part", "a.mp3", "a.mp4");
    assertThat(Files.size(in.resolve("a.mp3"))).isPositive();
  }

  @Test
  void optionsThatContradictEachOtherAreRefused() throws IOException {
    String a = clip("a.mp4").toString();
    Files.writeString(out, "a file");

    for (String[] wrong :
        new String[][] {
          {"convert", a, "--skip-existing", "--force"},
          {"convert", a, "--jobs", "0"},
          {"convert", in.toString(), "-o", "-"},
          {"convert", in.toString(), "-o", out.toString()},
          {"convert", "@-", "-"},
        }) {
      Said said = Said.by(wrong);
      assertThat(said.code()).as(String.join(" ", wrong) + said.err()).isEqualTo(2);
      assertThat(said.err()).hasLineCount(2).contains("--help");
    }
  }
}
