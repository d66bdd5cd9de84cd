package io.tapedeck.e2e;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.locks.LockSupport;

/**
 * One video handed over by a stubborn client: whatever breaks, it comes again until the server says
 * that it has the video. Half of them use a form with an Idempotency-Key, half the tus protocol.
 */
final class Submission {
  private static final int TRIES = 400;
  private static final long PAUSE = Duration.ofMillis(250).toNanos();
  private static final int PARTS = 3;

  private final Api api;
  private final Path clip;
  private final String name;
  private final boolean tus;
  private String upload = "";

  Submission(Api api, Path clip, String name, boolean tus) {
    this.api = api;
    this.clip = clip;
    this.name = name;
    this.tus = tus;
  }

  String name() {
    return name;
  }

  /** Returns the conversion's id when the server has said it. */
  String untilAccepted() throws InterruptedException {
    String last = "";
    for (int i = 0; i < TRIES; i++) {
      try {
        String answer = tus ? inParts() : inOne();
        if (answer.startsWith("cnv_")) {
          return answer;
        }
        last = answer;
      } catch (IOException e) {
        last = e.toString();
      }
      LockSupport.parkNanos(PAUSE);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
    throw new AssertionError(name + " was never accepted; at last: " + last);
  }

  private String inOne() throws IOException, InterruptedException {
    HttpResponse<String> answer =
        api.send(api.uploading("v1/conversions", clip, name).header("Idempotency-Key", name));
    return answer.statusCode() == 202 ? Api.id(Api.expect(202, answer)) : answer.body();
  }

  private String inParts() throws IOException, InterruptedException {
    long size = Files.size(clip);
    if (upload.isEmpty()) {
      HttpResponse<String> made =
          api.send(
              api.request("v1/uploads")
                  .header("Tus-Resumable", "1.0.0")
                  .header("Upload-Length", Long.toString(size))
                  .header("Upload-Metadata", "filename " + base64(name))
                  .POST(BodyPublishers.noBody()));
      if (made.statusCode() != 201) {
        return made.body();
      }
      // The server names itself as it was reached; only the path is of interest.
      upload =
          java.net
              .URI
              .create(made.headers().firstValue("Location").orElseThrow())
              .getPath()
              .substring(1);
    }
    HttpResponse<String> head =
        api.send(api.request(upload).header("Tus-Resumable", "1.0.0").HEAD());
    if (head.statusCode() != 200) {
      return "HEAD " + upload + " answered " + head.statusCode();
    }
    long offset = Long.parseLong(head.headers().firstValue("Upload-Offset").orElseThrow());
    String conversion = head.headers().firstValue("Tapedeck-Conversion").orElse("");
    while (conversion.isEmpty() && offset < size) {
      byte[] part = part(offset, Math.min(size - offset, size / PARTS + 1));
      HttpResponse<String> patched =
          api.send(
              api.request(upload)
                  .header("Tus-Resumable", "1.0.0")
                  .header("Upload-Offset", Long.toString(offset))
                  .header("Content-Type", "application/offset+octet-stream")
                  .method("PATCH", BodyPublishers.ofByteArray(part)));
      if (patched.statusCode() != 204) {
        return patched.body();
      }
      offset += part.length;
      conversion = patched.headers().firstValue("Tapedeck-Conversion").orElse("");
    }
    return conversion;
  }

  private byte[] part(long offset, long length) throws IOException {
    ByteBuffer part = ByteBuffer.allocate((int) length);
    try (FileChannel channel = FileChannel.open(clip)) {
      while (part.hasRemaining()) {
        if (channel.read(part, offset + part.position()) < 0) {
          throw new IOException("the clip became shorter");
        }
      }
    }
    return part.array();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
