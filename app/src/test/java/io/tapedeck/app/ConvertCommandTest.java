package io.tapedeck.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tapedeck.contracts.Media;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConvertCommandTest {
  @TempDir private Path folder;

  private Path talk() {
    return Media.video(folder.resolve("talk.mp4"), 2);
  }

  private List<String> names() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void anMp3StandsBesideItsVideoAndIsToldInOneLine() throws IOException {
    Said said = Said.by("convert", talk().toString());

    assertThat(said.code()).isZero();
    assertThat(said.out()).hasLineCount(1).contains("talk.mp4 → ", "talk.mp3  0:02, ");
    assertThat(said.err()).isEmpty();
    assertThat(names()).containsExactly("talk.mp3", "talk.mp4");
  }

  @Test
  void severalFilesGoIntoAFolderThatIsMade() {
    Path talk = talk();
    Path song = Media.audio(folder.resolve("song.m4a"), 1);
    Path out = folder.resolve("out");

    Said said = Said.by("convert", talk.toString(), song.toString(), "-o", out + "/");

    assertThat(said.code()).isZero();
    assertThat(out.resolve("talk.mp3")).exists();
    assertThat(out.resolve("song.mp3")).exists();
  }

  @Test
  void eachOfSeveralTracksGetsAnMp3WhereAllAreAskedFor() throws Exception {
    Path talk = talk();
    Path film = folder.resolve("film.mkv");
    Process making =
        new ProcessBuilder(
                "ffmpeg",
                "-v",
                "error",
                "-nostdin",
                "-i",
                talk.toString(),
                "-map",
                "0:a",
                "-map",
                "0:a",
                "-c",
                "copy",
                "-metadata:s:a:0",
                "language=ita",
                "-metadata:s:a:1",
                "language=eng",
                film.toString())
            .inheritIO()
            .start();
    assertThat(making.waitFor()).isZero();

    Said said = Said.by("convert", "--track", "all", talk.toString(), film.toString());

    assertThat(said.code()).isZero();
    assertThat(said.out()).hasLineCount(3);
    assertThat(names())
        .containsExactly("film.1-ita.mp3", "film.2-eng.mp3", "film.mkv", "talk.mp3", "talk.mp4");
    assertThat(Said.by("convert", "--track", "all", film.toString(), "-o", "-").code())
        .isEqualTo(2);
    Path named = folder.resolve("x.mp3");
    assertThat(Said.by("convert", "--track", "all", film.toString(), "-o", named.toString()).code())
        .isZero();
    assertThat(names()).contains("x.1-ita.mp3", "x.2-eng.mp3").doesNotContain("x.mp3");
  }

  @Test
  void manyShortFilesAndABadOneAmongThemAreEachTold() throws IOException {
    List<String> command = new ArrayList<>(List.of("convert", "-o", folder.resolve("out") + "/"));
    for (int i = 0; i < 30; i++) {
      command.add(Media.audio(folder.resolve("clip" + i + ".m4a"), 1).toString());
    }
    Path bad = Files.writeString(folder.resolve("bad.mp4"), "not a video");
    command.add(20, bad.toString());

    Said said = Said.by(command.toArray(String[]::new));

    assertThat(said.code()).isEqualTo(1);
    assertThat(said.out()).hasLineCount(30);
    assertThat(said.err()).hasLineCount(1).contains("bad.mp4");
    try (var made = Files.list(folder.resolve("out"))) {
      assertThat(made).hasSize(30).allMatch(file -> file.toString().endsWith(".mp3"));
    }
  }

  @Test
  void mp3SoundIsKeptUnlessAQualityIsAskedFor() throws IOException {
    Path mp3 = folder.resolve("song.mp3");
    Said.by("convert", talk().toString(), "-o", mp3.toString());
    assertThat(Said.by("convert", mp3.toString(), "-o", folder + "/a.mp3").out()).contains("kept");
    assertThat(Said.by("convert", "-q", "2", mp3.toString(), "-o", folder + "/b.mp3").out())
        .doesNotContain("kept");
  }

  @Test
  void anMp3ThatIsThereIsKeptUnlessForced() throws IOException {
    Path talk = talk();
    Path there = Files.writeString(folder.resolve("talk.mp3"), "mine");

    Said kept = Said.by("convert", talk.toString());
    String after = Files.readString(there);
    Said forced = Said.by("convert", "--force", talk.toString());

    assertThat(kept.code()).isEqualTo(1);
    assertThat(kept.err()).hasLineCount(1).contains("talk.mp3 is there already; --force");
    assertThat(after).isEqualTo("mine");
    assertThat(forced.code()).isZero();
    assertThat(Files.size(there)).isGreaterThan(1000);
  }

  @Test
  void aSourceIsNeverWrittenOver() throws IOException {
    Path song = Media.audio(folder.resolve("song.mp3"), 1);
    byte[] before = Files.readAllBytes(song);

    Said said = Said.by("convert", "--force", song.toString());

    assertThat(said.code()).isEqualTo(1);
    assertThat(said.err()).contains("is the source itself");
    assertThat(song).hasBinaryContent(before);
  }

  @Test
  void jsonTellsEveryFileAndTheProblemOfEach() {
    Path silent = Media.silentVideo(folder.resolve("silent.mp4"), 1);

    Said said = Said.by("convert", "--json", talk().toString(), silent.toString());

    assertThat(said.code()).isEqualTo(1);
    List<Document> lines = said.out().lines().map(Document::of).toList();
    assertThat(lines)
        .extracting(line -> line.text("state"))
        .containsExactlyInAnyOrder("ready", "failed");
    for (Document line : lines) {
      if (line.text("state").equals("ready")) {
        assertThat(line.number("duration")).isBetween(1.9, 2.1);
        assertThat(line.text("sha256")).hasSize(64);
        assertThat(line.text("tools.ffmpeg")).endsWith("/ffmpeg");
        assertThat(line.text("tools.lame")).isEqualTo("the system's");
      } else {
        assertThat(line.text("problem.code")).isEqualTo("no-audio-track");
      }
    }
  }

  @Test
  void whatHoldsNoSoundIsNothingToConvertAndLeavesNothing() throws IOException {
    Path text = Files.writeString(folder.resolve("notes.mp4"), "these are notes, not a film\n");
    Path empty = Files.writeString(folder.resolve("empty.mp4"), "");
    Path silent = Media.silentVideo(folder.resolve("silent.mp4"), 1);
    Path list = Files.writeString(folder.resolve("list.mp4"), "#EXTM3U\n#EXTINF:1,\n/etc/passwd\n");
    String missing = folder.resolve("missing.mp4").toString();

    for (String input :
        List.of(text.toString(), empty.toString(), silent.toString(), list.toString(), missing)) {
      Said said = Said.by("convert", input);
      assertThat(said.code()).as(input).isEqualTo(3);
      assertThat(said.err()).as(input).hasLineCount(1).startsWith("tapedeck: " + input + ": ");
      assertThat(said.out()).isEmpty();
    }
    assertThat(names()).containsExactly("empty.mp4", "list.mp4", "notes.mp4", "silent.mp4");
  }

  @Test
  void aPipeGoesInAndOutAsFilesDo() throws IOException {
    Path talk = talk();
    Path file = folder.resolve("file.mp3");
    Said.by("convert", talk.toString(), "-o", file.toString());

    Said said = Said.to(Files.readAllBytes(talk), "convert", "-");

    assertThat(said.code()).isZero();
    assertThat(file).hasBinaryContent(said.raw().toByteArray());
    assertThat(said.err()).hasLineCount(1).startsWith("- → ");
  }

  @Test
  void wrongUsageIsOneLineAndAWayOn() {
    String talk = talk().toString();
    Path other = Media.video(folder.resolve("talk.mkv"), 1);

    for (String[] wrong :
        new String[][] {
          {"convert"},
          {"convert", talk, "-q", "11"},
          {"convert", talk, "-b", "100"},
          {"convert", talk, "-q", "2", "-b", "128"},
          {"convert", talk, "--start", "soon"},
          {"convert", talk, "--start", "3", "--end", "2"},
          {"convert", talk, "--track", "0"},
          {"convert", talk, "--loudness", "3"},
          {"convert", talk, "--threads", "0"},
          {"convert", talk, other.toString(), "-o", "one.mp3"},
          {"convert", talk, "-"},
          {"konvert", talk},
        }) {
      Said said = Said.by(wrong);
      assertThat(said.code()).as(String.join(" ", wrong)).isEqualTo(2);
      assertThat(said.err()).as(String.join(" ", wrong)).hasLineCount(2).contains("--help");
    }
  }

  @Test
  void theProgramAloneTellsHowItIsUsedAndThatNothingWasDone() {
    Said said = Said.by();

    assertThat(said.code()).isEqualTo(2);
    assertThat(said.out()).isEmpty();
    assertThat(said.err()).startsWith("Usage: tapedeck").contains("convert", "serve", "--help");
  }

  @Test
  void aSilentFileHasNoLoudnessToChange() {
    Path silence =
        Media.make(folder.resolve("silence.wav"), "-f", "lavfi", "-i", "anullsrc=d=1", "-t", "1");

    Said said = Said.by("convert", "--loudness", "-16", silence.toString());

    assertThat(said.err()).hasLineCount(1).contains("it is silent").doesNotContain("Infinity");
  }

  @Test
  void aPartIsCutOutAsThePersonSays() {
    Said said =
        Said.by("convert", "--json", "--start", "0:00.5", "--end", "1.5", talk().toString());

    assertThat(Document.of(said.out()).number("duration")).isBetween(0.9, 1.1);
  }

  @Test
  void aNamedPipeIsReadAndOneIsWrittenToWithoutBeingReplaced() throws Exception {
    Path talk = talk();
    Path in = pipe("in");
    Path out = pipe("out");
    Process feeder = new ProcessBuilder("cp", talk.toString(), in.toString()).start();
    Path copy = folder.resolve("copy.mp3");
    Process taker = new ProcessBuilder("cat", out.toString()).redirectOutput(copy.toFile()).start();

    Said said = Said.by("convert", in.toString(), "-o", out.toString());
    Said plain = Said.by("convert", talk.toString());

    assertThat(said.err()).isEmpty();
    assertThat(plain.code()).isZero();
    assertThat(feeder.waitFor()).isZero();
    assertThat(taker.waitFor()).isZero();
    assertThat(Files.isRegularFile(out)).isFalse();
    assertThat(copy).hasSameBinaryContentAs(folder.resolve("talk.mp3"));
  }

  private Path pipe(String name) throws Exception {
    Path made = folder.resolve(name);
    assertThat(new ProcessBuilder("mkfifo", made.toString()).start().waitFor()).isZero();
    return made;
  }

  @Test
  void aDeviceIsNeverReplacedByAFile() throws Exception {
    Path device = folder.resolve("null");
    Process made = new ProcessBuilder("mknod", device.toString(), "c", "1", "3").start();
    assumeThat(made.waitFor()).as("only root can make a device").isZero();

    Said said = Said.by("convert", "--force", talk().toString(), "-o", device.toString());

    assertThat(said.code()).as(said.err()).isZero();
    assertThat(Files.isRegularFile(device)).isFalse();
    assertThat(names()).containsExactly("null", "talk.mp4");
  }

  @Test
  void aSymbolicLinkStaysAndWhatItNamesIsReplaced() throws IOException {
    Path there = Files.writeString(folder.resolve("there.mp3"), "mine");
    Path link = Files.createSymbolicLink(folder.resolve("link.mp3"), Path.of("there.mp3"));
    Path open = Files.createSymbolicLink(folder.resolve("open.mp3"), Path.of("new.mp3"));

    Said first = Said.by("convert", "--force", talk().toString(), "-o", link.toString());
    Said second = Said.by("convert", talk().toString(), "-o", open.toString());

    assertThat(first.err() + second.err()).isEmpty();
    assertThat(link).isSymbolicLink();
    assertThat(open).isSymbolicLink();
    assertThat(Files.size(there)).isGreaterThan(1000);
    assertThat(folder.resolve("new.mp3")).hasSameBinaryContentAs(there);
  }

  @Test
  void namesThatWouldCommandATerminalAreShownAsText() throws IOException {
    String name = "a\u001b[31mb\u009bc\nd\u202e.m4a";
    Path bad = Files.writeString(folder.resolve("bad" + name), "no video");
    Path good = Media.audio(folder.resolve(name), 1);

    for (String json : new String[] {"--mono", "--json"}) {
      Said said = Said.by("convert", "--force", json, good.toString(), bad.toString());

      assertThat(said.out() + said.err())
          .contains("a\\u001b[31mb\\u009bc")
          .doesNotContain("\u001b", "\u009b", "\u202e");
      assertThat(said.out()).hasLineCount(json.equals("--json") ? 2 : 1);
      assertThat(said.err()).hasLineCount(1);
    }
    assertThat(Document.of(Said.by("convert", "--json", bad.toString()).out()).text("input"))
        .isEqualTo(bad.toString());
  }

  @Test
  void whatCannotBeReadOrWrittenIsToldWithItsPlaceAndTheRemedy() throws IOException {
    Path talk = talk();
    Path sub = Files.createDirectories(folder.resolve("sub"));

    assertThat(Said.by("convert", sub.toString()).err()).contains("the folder has no video");
    assertThat(Said.by("convert", talk.toString(), "-o", sub + "/no/x.mp3").err())
        .contains(sub + "/no is no folder; make it");
    assertThat(Said.by("convert", "/dev/null").err()).contains("it is a device");
    Files.createDirectories(sub.resolve("talk.mp3"));
    assertThat(Said.by("convert", "--force", talk.toString(), "-o", sub.toString()).err())
        .contains("talk.mp3 is a folder; move it away");
  }

  @Test
  void anMp3ThatFindsNoRoomIsToldByItsOwnName() {
    Path full = Path.of("/dev/full");
    assumeThat(full).exists();

    Said said = Said.by("convert", talk().toString(), "-o", full.toString());

    assertThat(said.code()).isEqualTo(1);
    assertThat(said.err())
        .hasLineCount(1)
        .contains("/dev/full cannot be written: No space left on device")
        .doesNotContain("Exception", ".part");
  }
}
