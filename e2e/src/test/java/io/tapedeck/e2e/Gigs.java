package io.tapedeck.e2e;

import io.tapedeck.cluster.GridFsBlobStore;
import io.tapedeck.contracts.MariaDb;
import io.tapedeck.core.BlobId;
import io.tapedeck.core.BlobStore;
import io.tapedeck.core.Component.Health;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionState;
import io.tapedeck.core.Lease;
import io.tapedeck.core.Move;
import io.tapedeck.core.Mp3;
import io.tapedeck.core.Secret;
import io.tapedeck.sql.Database;
import io.tapedeck.sql.SqlLedger;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Files of any size on their way through a gateway into GridFS and back, where each process of the
 * cluster has a heap of 128 MB. The client costs as little as it can. No converter runs: what was
 * uploaded is made the conversion's result as it is.
 */
final class Gigs implements AutoCloseable {
  /** Of each node and of the document store, in megabytes. */
  static final int HEAP = 128;

  private static final int PIECE = 1 << 18;
  private static final int TRIES = 200;
  private static final long PAUSE = 250_000_000;
  private static final Duration DAY = Duration.ofDays(1);

  private final Cluster cluster;
  private final Api api;
  private final BlobStore blobs;
  private final Database database;

  private Gigs(Cluster cluster) throws Exception {
    this.cluster = cluster;
    cluster.node("converter-1").kill();
    cluster.node("converter-2").kill();
    api = new Api(cluster.uri()).signUp("gigs@example.org");
    blobs = GridFsBlobStore.at(cluster.files().uri() + "/tapedeck", Clock.systemUTC());
    database = Database.mysql(cluster.database().url(), MariaDb.USER, new Secret(MariaDb.USER), 2);
    if (cluster.files().isOurs()) {
      restartFiles(HEAP);
    }
  }

  static Gigs start(Path folder) throws Exception {
    Cluster cluster =
        Cluster.start(
            folder,
            Map.of("JAVA_TOOL_OPTIONS", "-Xmx" + HEAP + "m", "TAPEDECK_LIMITS_DISK_MARGIN", "0"));
    try {
      return new Gigs(cluster);
    } catch (Exception e) {
      cluster.close();
      throw e;
    }
  }

  /** Gives the document store a heap of so many megabytes; returns when all have found it again. */
  void restartFiles(int megabytes) throws Exception {
    cluster.files().restart(megabytes);
    open(1);
    for (int i = 0; i < TRIES && !blobs.check().equals(Health.up()); i++) {
      LockSupport.parkNanos(PAUSE);
    }
  }

  /** Begins an upload, again as long as the gateway says to come later; returns its path. */
  private String open(long size) throws IOException, InterruptedException {
    for (int i = 0; ; i++) {
      HttpResponse<String> made =
          api.send(
              api.request("v1/uploads")
                  .header("Tus-Resumable", "1.0.0")
                  .header("Upload-Length", Long.toString(size))
                  .header("Upload-Metadata", "filename YS5tcDQ=")
                  .POST(BodyPublishers.noBody()));
      if (made.statusCode() != 503 || i == TRIES) {
        Api.expect(201, made);
        return URI.create(made.headers().firstValue("Location").orElseThrow()).getPath();
      }
      LockSupport.parkNanos(PAUSE);
    }
  }

  Cluster cluster() {
    return cluster;
  }

  /** A file of bytes without any order. */
  static Path file(Path at, long size, long seed) throws IOException {
    Random random = new Random(seed);
    byte[] piece = new byte[PIECE];
    try (var out = Files.newOutputStream(at)) {
      for (long left = size; left > 0; left -= piece.length) {
        random.nextBytes(piece);
        out.write(piece, 0, (int) Math.min(left, piece.length));
      }
    }
    return at;
  }

  /** Uploads a file in one PATCH; returns the conversion. */
  ConversionId upload(Path file) throws Exception {
    long size = Files.size(file);
    String path = open(size);
    try (SocketChannel socket = connected();
        FileChannel from = FileChannel.open(file)) {
      ask(
          socket,
          "PATCH " + path,
          "Tus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n"
              + "Content-Type: application/offset+octet-stream\r\nContent-Length: "
              + size
              + "\r\n");
      for (long at = 0; at < size; ) {
        at += from.transferTo(at, size - at, socket);
      }
      String head = head(socket, ByteBuffer.allocate(PIECE).limit(0));
      if (!head.startsWith("HTTP/1.1 204")) {
        throw new AssertionError(head);
      }
      return new ConversionId(header(head, "tapedeck-conversion"));
    }
  }

  /** Makes the bytes of an uploaded video the MP3 of its conversion, by way of the store. */
  void makeReady(ConversionId id) throws Exception {
    SqlLedger ledger = new SqlLedger(database, Clock.systemUTC());
    if (!(ledger.claim(id, "gigs", DAY) instanceof Move.Done(Conversion claimed))
        || !(claimed.state() instanceof ConversionState.Converting(Lease lease, var progress))) {
      throw new AssertionError(id + " cannot be claimed");
    }
    BlobId video = BlobId.video(id);
    BlobId mp3 = BlobId.mp3(id, lease.attempt());
    long size = blobs.size(video).orElseThrow();
    Pipe pipe = Pipe.open();
    Thread reading =
        Thread.ofVirtual()
            .start(() -> {
              try (Pipe.SinkChannel to = pipe.sink()) {
                blobs.read(video, 0, size, to);
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    MessageDigest digest = sha256();
    try (BlobStore.Draft draft = blobs.draft(mp3);
        ReadableByteChannel from = pipe.source()) {
      draft.append(new Digesting(from, digest), Long.MAX_VALUE);
      draft.publish();
    }
    reading.join();
    String sum = HexFormat.of().formatHex(digest.digest());
    Mp3 result = new Mp3(mp3, size, Duration.ofSeconds(1), sum, true, List.of());
    if (!(ledger.finish(lease, result) instanceof Move.Done)) {
      throw new AssertionError(id + " cannot be finished");
    }
  }

  /** Downloads a conversion's MP3; its bytes go to the digest, or nowhere. */
  long download(ConversionId id, @Nullable MessageDigest to) throws Exception {
    try (SocketChannel socket = connected()) {
      ask(socket, "GET /v1/conversions/" + id + "/mp3", "Connection: close\r\n");
      ByteBuffer piece = ByteBuffer.allocateDirect(PIECE).limit(0);
      String head = head(socket, piece);
      if (!head.startsWith("HTTP/1.1 200")) {
        throw new AssertionError(head);
      }
      long size = 0;
      do {
        size += piece.remaining();
        if (to != null) {
          to.update(piece);
        }
      } while (socket.read(piece.clear()) >= 0 && piece.flip() != null);
      return size;
    }
  }

  /** The SHA-256 of a file, in hexadecimal digits. */
  static String digest(Path file) throws IOException {
    MessageDigest digest = sha256();
    try (FileChannel from = FileChannel.open(file)) {
      ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
      while (from.read(piece.clear()) >= 0) {
        digest.update(piece.flip());
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** The same of a conversion's MP3, as it comes from the gateway. */
  String digest(ConversionId id) throws Exception {
    MessageDigest digest = sha256();
    download(id, digest);
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private record Digesting(ReadableByteChannel from, MessageDigest digest)
      implements ReadableByteChannel {
    @Override
    public int read(ByteBuffer into) throws IOException {
      int start = into.position();
      int count = from.read(into);
      digest.update(into.duplicate().flip().position(start));
      return count;
    }

    @Override
    public boolean isOpen() {
      return from.isOpen();
    }

    @Override
    public void close() throws IOException {
      from.close();
    }
  }

  private SocketChannel connected() throws IOException {
    return SocketChannel.open(
        new InetSocketAddress(cluster.uri().getHost(), cluster.uri().getPort()));
  }

  private void ask(SocketChannel socket, String line, String headers) throws IOException {
    String head =
        line
            + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
            + api.token()
            + "\r\n"
            + headers
            + "\r\n";
    ByteBuffer bytes = StandardCharsets.US_ASCII.encode(head);
    while (bytes.hasRemaining()) {
      socket.write(bytes);
    }
  }

  /**
   * The head of an answer, in small e-mails but for its first line; the rest stays in the piece.
   */
  private static String head(SocketChannel socket, ByteBuffer piece) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      if (!piece.hasRemaining()) {
        if (socket.read(piece.clear()) < 0) {
          throw new IOException("no answer: " + head);
        }
        piece.flip();
      }
      head.append((char) piece.get());
    }
    return head.toString();
  }

  private static String header(String head, String name) {
    return head.lines()
        .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith(name + ": "))
        .map(line -> line.substring(name.length() + 2))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + name + " in " + head));
  }

  @Override
  public void close() {
    database.close();
    blobs.close();
    api.close();
    cluster.close();
  }
}
