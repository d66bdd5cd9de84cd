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
import org.bson.types.ObjectId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One large file through a gateway into GridFS and back, against the MongoDB driver's own stream
 * straight to the same server. Run by {@code dev/bench gigs}; prints rows of the bench's table.
 */
class GigsBench {
  private static final long SIZE = Long.getLong("gigs.megabytes", 3072) << 20;
  private static final long WARM = 64 << 20;

  @TempDir Path folder;

  private interface Work<T> {
    T go() throws Exception;
  }

  @Test
  void upAndDown() throws Exception {
    long size = SIZE;
    Path file = Gigs.file(folder.resolve("large"), size, 5);
    Path warm = Gigs.file(folder.resolve("warm"), WARM, 6);
    try (Gigs gigs = Gigs.start(folder.resolve("cluster"))) {
      ConversionId small = gigs.upload(warm);
      gigs.makeReady(small);
      gigs.download(small, null);
      double[] took = new double[1];
      ConversionId id = timed(took, () -> gigs.upload(file));
      double oursUp = took[0];
      ObjectId theirs;
      try (MongoClient client = client(gigs)) {
        GridFSBucket peer = bucket(client);
        down(peer, up(peer, warm));
        theirs = timed(took, () -> up(peer, file));
      }
      row("up", size, oursUp, took[0]);

      gigs.makeReady(id);
      if (!gigs.digest(id).equals(Gigs.digest(file))) {
        throw new AssertionError("the digests differ");
      }
      timed(took, () -> gigs.download(id, null));
      double oursDown = took[0];
      if (gigs.cluster().files().isOurs()) {
        System.out.printf(
            "%s down, server at -Xmx%dm | %s | needs the whole file in this server | - | -%n",
            megabytes(size), Gigs.HEAP, speed(size, oursDown));
        gigs.restartFiles((int) ((size >> 20) * 5 / 2) + 512);
        gigs.download(small, null);
        timed(took, () -> gigs.download(id, null));
        oursDown = took[0];
      }
      try (MongoClient client = client(gigs)) {
        GridFSBucket peer = bucket(client);
        peer.find().first();
        timed(took, () -> down(peer, theirs));
      }
      row("down", size, oursDown, took[0]);
    }
  }

  private static MongoClient client(Gigs gigs) {
    return MongoClients.create(gigs.cluster().files().uri());
  }

  private static GridFSBucket bucket(MongoClient client) {
    return GridFSBuckets.create(client.getDatabase("peer"));
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

  private static <T> T timed(double[] seconds, Work<T> work) throws Exception {
    long start = System.nanoTime();
    T done = work.go();
    seconds[0] = (System.nanoTime() - start) / 1e9;
    return done;
  }

  private static void row(String way, long size, double ours, double theirs) {
    System.out.printf(
        "%s %s, gateway at -Xmx%dm, against the driver's GridFS stream | %s | %s | %.2f | ≥ 1.0%n",
        megabytes(size), way, Gigs.HEAP, speed(size, ours), speed(size, theirs), theirs / ours);
  }

  private static String megabytes(long size) {
    return (size >> 20) >= 1024 ? "%.0f GB".formatted(size / 1e9) : (size >> 20) + " MB";
  }

  private static String speed(long size, double seconds) {
    return "%.0f MB/s".formatted(size / 1e6 / seconds);
  }
}
