package io.tapedeck.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files that make ffmpeg open other files and servers, given to an ffmpeg that may open everything:
 * a canary file is read and a canary server is called, unless the cage alone prevents it.
 */
@EnabledOnOs(OS.LINUX)
class CanaryTest {
  private static final String EVERYTHING =
      "file,http,tcp,udp,rtp,crypto,data,concat,subfile,cache,async,pipe";
  private static final Ffmpeg FFMPEG = Ffmpeg.find(Optional.empty(), System.getenv("PATH"));
  private static final Ffmpeg UNCAGED = new Ffmpeg(FFMPEG.program(), Optional.empty());

  @TempDir Path folder;
  private final AtomicInteger calls = new AtomicInteger();
  private ServerSocket server;
  private Path canary;

  @BeforeEach
  void listen() throws Exception {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon().start(this::answer);
    canary = folder.resolve("canary.ts");
    tone(canary);
    Files.writeString(
        folder.resolve("canary.m3u8"),
        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n" + canary + "\n#EXT-X-ENDLIST\n");
  }

  @AfterEach
  void close() throws Exception {
    server.close();
  }

  private void answer() {
    while (!server.isClosed()) {
      try (Socket call = server.accept()) {
        calls.incrementAndGet();
        call.getOutputStream()
            .write(
                "HTTP/1.1 404 Gone\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // Closed at the end of the test.
      }
    }
  }

  private static void tone(Path file) throws Exception {
    Process process =
        new ProcessBuilder(
                FFMPEG.program().toString(),
                "-v",
                "error",
                "-f",
                "lavfi",
                "-i",
                "sine=d=1",
                "-c:a",
                "mp2",
                file.toString())
            .inheritIO()
            .start();
    assertThat(process.waitFor()).isZero();
  }

  private Map<String, String> files() {
    String http = "http://127.0.0.1:" + server.getLocalPort() + "/";
    Map<String, String> files = new LinkedHashMap<>();
    for (String to : List.of("file", "server")) {
      String ts = to.equals("file") ? canary.toString() : http + "canary.ts";
      list(files, "segments, " + to, "#EXTINF:1,\n" + ts);
      list(files, "parts of segments, " + to, "#EXTINF:1,\n#EXT-X-BYTERANGE:18800@0\n" + ts);
      list(files, "a first segment, " + to, "#EXT-X-MAP:URI=\"" + ts + "\"\n#EXTINF:1,\n" + ts);
      list(files, "events, " + to, "#EXT-X-PLAYLIST-TYPE:EVENT\n#EXTINF:1,\n" + ts);
      list(
          files,
          "a break, " + to,
          "#EXTINF:1,\n" + ts + "\n#EXT-X-DISCONTINUITY\n#EXTINF:1,\n" + ts);
      list(files, "a late start, " + to, "#EXT-X-MEDIA-SEQUENCE:7\n#EXTINF:1,\n" + ts);
      list(files, "a key, " + to, "#EXT-X-KEY:METHOD=NONE\n#EXTINF:1,\n" + ts);
      list(files, "lists, " + to, "#EXT-X-STREAM-INF:BANDWIDTH=1\n" + ts.replace(".ts", ".m3u8"));
      files.put(
          "a manifest, " + to,
          """
          <?xml version="1.0"?>
          <MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT1S" \
          profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"><Period>
          <AdaptationSet contentType="audio" mimeType="audio/mp4"><Representation id="1" bandwidth="1">
          <BaseURL>%s</BaseURL></Representation></AdaptationSet></Period></MPD>
          """
              .formatted(ts));
    }
    files.put("joined files, by name", "ffconcat version 1.0\nfile canary.ts\n");
    files.put(
        "joined files, in parts",
        "ffconcat version 1.0\nfile canary.ts\ninpoint 0\noutpoint 0.5\nfile canary.ts\n");
    files.put("joined files, as a stream", "ffconcat version 1.0\nstream\nfile canary.ts\n");
    list(
        files,
        "a key, from the server",
        "#EXT-X-KEY:METHOD=AES-128,URI=\"" + http + "key\"\n#EXTINF:1,\n" + canary);
    return files;
  }

  private static void list(Map<String, String> files, String name, String lines) {
    files.put(
        "a list with " + name, "#EXTM3U\n#EXT-X-TARGETDURATION:1\n" + lines + "\n#EXT-X-ENDLIST\n");
  }

  private List<String> hits(Ffmpeg ffmpeg) throws Exception {
    List<String> hits = new ArrayList<>();
    Path video = folder.resolve("video.mp4");
    for (Map.Entry<String, String> each : files().entrySet()) {
      Files.writeString(video, each.getValue());
      int before = calls.get();
      List<String> arguments =
          List.of(
              "-nostdin",
              "-timelimit",
              "10",
              "-protocol_whitelist",
              EVERYTHING,
              "-i",
              "file:" + video,
              "-f",
              "s16le",
              "pipe:1");
      try (Child child = ffmpeg.start(arguments)) {
        boolean heard = child.output().readAllBytes().length > 0;
        child.await();
        if (heard || calls.get() > before) {
          hits.add(each.getKey());
        }
      }
    }
    return hits;
  }

  @Test
  void withoutCageAndListsTheCanariesAreReadAndCalled() throws Exception {
    assertThat(hits(UNCAGED)).hasSizeGreaterThanOrEqualTo(12);
  }

  @Test
  void theCageAloneKeepsFromReadingAndCalling() throws Exception {
    assertThat(hits(FFMPEG)).isEmpty();
  }
}
