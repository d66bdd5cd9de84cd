package io.tapedeck.extraction;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.ConversionOptions;
import io.tapedeck.ffmpeg.Arguments;
import io.tapedeck.ffmpeg.Child;
import io.tapedeck.ffmpeg.Ffmpeg;
import io.tapedeck.ffmpeg.Limits;
import io.tapedeck.media.Container;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What ffmpeg may not do, even with a file that came past the look at its first bytes. */
class ArgumentsTest {
  @TempDir Path folder;

  static Stream<List<String>> lists() {
    Arguments arguments =
        new Arguments(
            Path.of("/x/-i.mp4"),
            Container.MP4,
            Options.of().start(Duration.ofSeconds(9)).mono().build(),
            Limits.GENEROUS);
    return Stream.of(
        arguments.decoding(),
        arguments.with(arguments.how().filtered(",volume=1dB", 48_000)).decoding(),
        arguments.copying(),
        arguments.cover(3));
  }

  @ParameterizedTest
  @MethodSource("lists")
  void guardsStandBeforeTheInput(List<String> list) {
    int input = list.indexOf("-i");
    assertThat(list.get(input + 1)).isEqualTo("file:/x/-i.mp4");
    assertThat(list.subList(0, input))
        .contains(
            "-nostdin",
            "-protocol_whitelist",
            "-format_whitelist",
            "-codec_whitelist",
            "-max_alloc",
            "-timelimit")
        .containsSequence("-protocol_whitelist", "file,pipe")
        .containsSequence("-format_whitelist", "mov,mp4,m4a,3gp,3g2,mj2");
    assertThat(list.get(list.indexOf("-codec_whitelist") + 1).split(","))
        .contains("aac", "opus")
        .doesNotContain("h264", "hevc", "mjpeg", "png", "magicyuv", "ansi", "xbin", "subrip");
    assertThat(list.getLast()).isEqualTo("pipe:1");
  }

  @Test
  void aPlaylistReachesNoServerAndNoFile() throws Exception {
    Path secret = folder.resolve("secret.wav");
    Media.ffmpeg("-f", "lavfi", "-i", "sine=d=1", secret.toString());
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server
          .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
          .configureBlocking(false);
      int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
      Path playlist = folder.resolve("video.mp4");
      for (String text :
          List.of(
              "#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:" + port + "/a.ts\n#EXT-X-ENDLIST\n",
              "#EXTM3U\n#EXTINF:1,\n" + secret + "\n#EXT-X-ENDLIST\n",
              "ffconcat version 1.0\nfile '" + secret + "'\n")) {
        Files.writeString(playlist, text);
        for (Container container : Container.values()) {
          assertThat(output(playlist, container)).isEmpty();
        }
      }
      assertThat(server.accept()).isNull();
    }
  }

  @Test
  void aChildCanNotWriteFiles() throws Exception {
    Path clip = Media.video(folder, "clip.mp4", "sine=d=1", "aac");
    Path target = folder.resolve("copy.mkv");
    try (Child child =
        Media.FFMPEG.start(List.of("-i", "file:" + clip, "-c", "copy", target.toString()))) {
      child.output().readAllBytes();
      child.await();
    }
    if (Media.FFMPEG.prlimit().isPresent() && Files.exists(target)) {
      assertThat(target).isEmptyFile();
    }
  }

  @Test
  void aChildKnowsNothingOfOurEnvironment() throws Exception {
    Path script = folder.resolve("ffmpeg");
    Files.writeString(script, "#!/bin/sh\nexec env\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    try (Child child = new Ffmpeg(script, java.util.Optional.empty()).start(List.of())) {
      String variables =
          new String(child.output().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      assertThat(variables).doesNotContain("HOME=").doesNotContain("JAVA_HOME=");
    }
  }

  @Test
  void aSilentChildHoldsUpNoVirtualThread() throws Exception {
    Path script = folder.resolve("ffmpeg");
    Files.writeString(script, "#!/bin/sh\necho something >&2\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    List<Thread> listeners = new java.util.concurrent.CopyOnWriteArrayList<>();
    try (Child child =
        new Ffmpeg(script, java.util.Optional.empty())
            .start(List.of(), line -> listeners.add(Thread.currentThread()))) {
      child.await();
    }
    assertThat(listeners).hasSize(1).noneMatch(Thread::isVirtual);
  }

  private static byte[] output(Path file, Container container) throws Exception {
    Arguments arguments =
        new Arguments(file, container, ConversionOptions.DEFAULT, Limits.GENEROUS);
    try (Child child = Media.FFMPEG.start(arguments.decoding())) {
      byte[] output = child.output().readAllBytes();
      child.await();
      return output;
    }
  }
}
