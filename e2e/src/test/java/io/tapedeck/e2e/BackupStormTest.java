package io.tapedeck.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.backup.BackupCommand;
import io.tapedeck.backup.RestoreCommand;
import io.tapedeck.contracts.Media;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A backup of a server that works, and a server on what was restored. */
class BackupStormTest {
  @TempDir Path folder;

  @Test
  void whatWasReadyBeforeABackupOfABusyServerIsThereAfterTheRestore() throws Exception {
    Path clip = Media.video(folder.resolve("clip.mp4"), 2);
    Path data = folder.resolve("data");
    Path restored = folder.resolve("restored");
    Map<String, byte[]> before = new LinkedHashMap<>();
    Api api;
    try (ServerProcess server = ServerProcess.start(data, Map.of())) {
      api = new Api(server.uri()).signUp("ada@example.org");
      for (int i = 0; i < 3; i++) {
        String id = Api.id(api.convert(clip));
        assertThat(Api.state(api.ended(id))).isEqualTo("ready");
        before.put(id, mp3(api, id));
      }
      whileBusy(api, clip, () -> run(new BackupCommand(), folder.resolve("backup"), data));
    }
    run(new RestoreCommand(), folder.resolve("backup"), restored);
    try (ServerProcess server = ServerProcess.start(restored, Map.of())) {
      Api again = api.at(server.uri());
      for (Map.Entry<String, byte[]> each : before.entrySet()) {
        assertThat(mp3(again, each.getKey())).isEqualTo(each.getValue());
      }
      for (var each : again.conversions()) {
        assertThat(Api.state(again.ended(Api.id(each)))).as("%s", each).isEqualTo("ready");
        assertThat(mp3(again, Api.id(each))).isNotEmpty();
      }
    }
  }

  private static void whileBusy(Api api, Path clip, Runnable work) throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> client =
          clients.submit(() -> {
            while (!over.get()) {
              String id = Api.id(api.convert(clip));
              api.ended(id);
              api.send(api.request("v1/conversions/" + id).DELETE());
              api.convert(clip);
            }
            return null;
          });
      try {
        work.run();
      } finally {
        over.set(true);
      }
      client.get();
    }
  }

  private static void run(Object command, Path folder, Path data) {
    int code = new CommandLine(command).execute(folder.toString(), "--data", data.toString());
    assertThat(code).isZero();
  }

  private static byte[] mp3(Api api, String id) throws Exception {
    HttpRequest.Builder request = api.request("v1/conversions/" + id + "/mp3").GET();
    HttpResponse<byte[]> answer = api.bytes(request);
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }
}
