package io.tapedeck.e2e;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.gridfs.GridFSBucket;
import com.mongodb.client.gridfs.GridFSBuckets;
import com.mongodb.client.gridfs.GridFSDownloadStream;
import io.tapedeck.core.ConversionId;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One large file through a gateway into GridFS and back, against the MongoDB driver's own stream
 * straight to the same server. Run by {@code dev/bench gigs}; prints rows of the bench's table.
 */
class GigsBench {
  private static final long SIZE = Long.getLong("gigs.megabytes", 3072) << 20;
  private static final int ROUNDS = Integer.getInteger("gigs.rounds", 1);
  private static final long WARM = 64 << 20;

  @TempDir Path folder;

  private interface Work {
    void go() throws Exception;
  }

  @Test
  void upAndDown() throws Exception {
    Path file = Gigs.file(folder.resolve("large"), SIZE, 5);
    Path warm = Gigs.file(folder.resolve("warm"), WARM, 6);
    try (Gigs gigs = Gigs.start(folder.resolve("cluster"));
        MongoClient client = MongoClients.create(gigs.cluster().files().uri())) {
      GridFSBucket peer = GridFSBuckets.create(client.getDatabase("peer"));
      ConversionId small = gigs.upload(warm);
      gigs.makeReady(small);
      gigs.download(small, null);
      down(peer, up(peer, warm));

      Deque<ConversionId> ours = new ArrayDeque<>();
      Deque<ObjectId> theirs = new ArrayDeque<>();
      row("up", inTurn(() -> ours.push(gigs.upload(file)), () -> theirs.push(up(peer, file))));

      ConversionId id = ours.peek();
      gigs.makeReady(id);
      if (!gigs.digest(id).equals(Gigs.digest(file))) {
        throw new AssertionError("the digests differ");
      }
      if (gigs.cluster().files().isOurs()) {
        double alone = seconds(() -> gigs.download(id, null));
        System.out.printf(
            "%s down, server at -Xmx%dm | %s | needs the whole file in this server | - | -%n",
            megabytes(SIZE), Gigs.HEAP, speed(1, alone));
        gigs.restartFiles((int) ((SIZE >> 20) * 5 / 2) + 512);
        gigs.download(small, null);
        peer.find().first();
      }
      row("down", inTurn(() -> gigs.download(id, null), () -> down(peer, theirs.peek())));
    }
  }

  /** Seconds of both over all rounds; who is first changes, as the server's files grow. */
  private static double[] inTurn(Work ours, Work theirs) throws Exception {
    double[] sums = new double[2];
    for (int i = 0; i < 2 * ROUNDS; i++) {
      int whose = (i + 1) / 2 % 2;
      sums[whose] += seconds(whose == 0 ? ours : theirs);
    }
    return sums;
  }

  private static ObjectId up(GridFSBucket peer, Path file) throws Exception {
    try (InputStream from = Files.newInputStream(file)) {
      return peer.uploadFromStream("peer", from);
    }
  }

  private static long down(GridFSBucket peer, ObjectId id) {
    byte[] piece = new byte[1 << 16];
    long size = 0;
    // A batch as large as the server may send is more than some servers' replies may have.
    try (GridFSDownloadStream from = peer.openDownloadStream(id).batchSize(8)) {
      for (int n = from.read(piece); n >= 0; n = from.read(piece)) {
        size += n;
      }
    }
    return size;
  }

  private static double seconds(Work work) throws Exception {
    long start = System.nanoTime();
    work.go();
    return (System.nanoTime() - start) / 1e9;
  }

  private static void row(String way, double[] seconds) {
    System.out.printf(
        "%s %s, gateway at -Xmx%dm, against the driver's GridFS stream | %s | %s | %.2f | ≥ 1.0%n",
        megabytes(SIZE),
        way,
        Gigs.HEAP,
        speed(ROUNDS, seconds[0]),
        speed(ROUNDS, seconds[1]),
        seconds[1] / seconds[0]);
  }

  private static String megabytes(long size) {
    return (size >> 20) >= 1024 ? "%.0f GB".formatted(size / 1e9) : (size >> 20) + " MB";
  }

  private static String speed(int times, double seconds) {
    return "%.0f MB/s".formatted(times * SIZE / 1e6 / seconds);
  }
}
