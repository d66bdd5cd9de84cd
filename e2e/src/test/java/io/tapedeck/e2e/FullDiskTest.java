package io.tapedeck.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tapedeck.contracts.Media;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server whose disk has 48 MB and keeps 8 of them free. */
class FullDiskTest {
  @TempDir Path folder;
  private Path disk;

  @BeforeEach
  void mount() throws Exception {
    disk = Files.createDirectory(folder.resolve("disk"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", disk.toString()) == 0,
        "only root can mount a small disk");
  }

  @AfterEach
  void unmount() throws Exception {
    run("umount", "-l", disk.toString());
  }

  private static int run(String... command) throws Exception {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  @Test
  void aDiskWithoutRoomRefusesAndKeepsNothingAndWorksWhenThereIsRoom() throws Exception {
    Path large = Clips.muteAndLarge(folder.resolve("large.mp4"), 45 << 20, 1);
    Path data = disk.resolve("data");
    try (ServerProcess server =
        ServerProcess.start(data, Map.of("TAPEDECK_LIMITS_DISK_MARGIN", "8 MiB"))) {
      Api api = new Api(server.uri()).signUp("ada@example.org");
      HttpResponse<String> refused = api.send(api.uploading("v1/conversions", large));
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(507);
      assertThat(refused.body()).contains("\"disk-full\"");
      HttpResponse<String> tus =
          api.send(
              api.request("v1/uploads")
                  .header("Tus-Resumable", "1.0.0")
                  .header("Upload-Length", Long.toString(Files.size(large)))
                  .POST(BodyPublishers.noBody()));
      assertThat(tus.statusCode()).isEqualTo(507);
      assertThat(Folders.files(data.resolve("uploads"))).isEmpty();
      assertThat(Folders.files(data.resolve("videos"))).isEmpty();
      assertThat(api.conversions()).isEmpty();

      // Something else fills the disk to the last byte while nobody looks.
      Path other = disk.resolve("other");
      run("dd", "if=/dev/zero", "of=" + other, "bs=1M", "count=100");
      Path clip = Media.video(folder.resolve("clip.mp4"), 1);
      assertThat(api.send(api.uploading("v1/conversions", clip)).statusCode()).isEqualTo(507);
      assertThat(api.get("v1/limits").statusCode()).isEqualTo(200);
      assertThat(Folders.files(data.resolve("uploads"))).isEmpty();

      Files.delete(other);
      assertThat(Api.state(api.ended(Api.id(api.convert(clip))))).isEqualTo("ready");
    }
  }

  @Test
  void oneCanSignInAndDeleteWhenNotAByteIsLeft() throws Exception {
    Path data = disk.resolve("data");
    try (ServerProcess server =
        ServerProcess.start(data, Map.of("TAPEDECK_LIMITS_DISK_MARGIN", "1 MiB"))) {
      Api ada = new Api(server.uri()).signUp("ada@example.org");
      Path clip = Media.video(folder.resolve("clip.mp4"), 1);
      String id = Api.id(ada.convert(clip));
      assertThat(Api.state(ada.ended(id))).isEqualTo("ready");

      run("dd", "if=/dev/zero", "of=" + disk.resolve("other"), "bs=4k", "count=100000");
      assertThat(disk.toFile().getUsableSpace()).isZero();
      Api again = new Api(server.uri()).signIn("ada@example.org");
      HttpResponse<String> deleted = again.send(again.request("v1/conversions/" + id).DELETE());
      assertThat(deleted.statusCode()).as(deleted.body()).isEqualTo(204);
      assertThat(again.conversions()).isEmpty();
      assertThat(Folders.files(data.resolve("mp3s"))).isEmpty();

      Files.delete(disk.resolve("other"));
      assertThat(Api.state(again.ended(Api.id(again.convert(clip))))).isEqualTo("ready");
      assertThat(data.resolve("tapedeck.reserve")).hasSize(8 << 20);
    }
  }

  @Test
  void aConversionThatFindsNoRoomIsDoneWhenThereIsSome() throws Exception {
    Path data = disk.resolve("data");
    try (ServerProcess server =
        ServerProcess.start(data, Map.of("TAPEDECK_LIMITS_DISK_MARGIN", "4 MiB"))) {
      Api api = new Api(server.uri()).signUp("ada@example.org");
      Path other = disk.resolve("other");
      long left = disk.toFile().getUsableSpace() - (10 << 20);
      run("dd", "if=/dev/zero", "of=" + other, "bs=64k", "count=" + (left >> 16));
      String id = Api.id(api.convert(Media.video(folder.resolve("clip.mp4"), 1)));
      while (server.said().stream().noneMatch(line -> line.contains("tried again later"))) {
        assertThat(Api.state(api.conversion(id))).isNotEqualTo("ready");
      }
      assertThat(Folders.files(data.resolve("mp3s"))).isEmpty();
      assertThat(Folders.files(data.resolve("scratch"))).isEmpty();
      Files.delete(other);
      assertThat(Api.state(api.ended(id))).isEqualTo("ready");
    }
  }
}
