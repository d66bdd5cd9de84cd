package io.tapedeck.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.gridfs.GridFSBuckets;
import io.tapedeck.contracts.BlobStoreContract;
import io.tapedeck.contracts.MongoWire;
import io.tapedeck.core.BlobId;
import io.tapedeck.core.BlobStore;
import io.tapedeck.core.ConversionId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GridFsBlobStoreTest extends BlobStoreContract {
  @TempDir static Path folder;
  private static MongoWire mongo;
  private static int tests;
  private final String database = "tapedeck" + tests++;

  @BeforeAll
  static void startMongo() throws IOException {
    mongo = MongoWire.start(folder.resolve("mongo"), 0);
  }

  @AfterAll
  static void stopMongo() {
    mongo.close();
  }

  @Override
  protected BlobStore open() {
    return new GridFsBlobStore(MongoClients.create(mongo.uri()), database, Clock.systemUTC());
  }

  @Test
  void anyGridFsClientReadsABlob() throws IOException {
    byte[] bytes = new byte[2_500_001];
    new Random(3).nextBytes(bytes);
    BlobId id = BlobId.video(ConversionId.at(Instant.now()));
    try (BlobStore store = open();
        BlobStore.Draft draft = store.draft(id)) {
      draft.append(
          Channels.newChannel(new ByteArrayInputStream(bytes, 0, 700_000)), Long.MAX_VALUE);
      draft.append(
          Channels.newChannel(new ByteArrayInputStream(bytes, 700_000, 1_800_001)), Long.MAX_VALUE);
      draft.publish();
    }
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    try (MongoClient client = MongoClients.create(mongo.uri())) {
      MongoDatabase there = client.getDatabase(database);
      GridFSBuckets.create(there, "videos").downloadToStream(id.key(), read);
    }
    assertThat(read.toByteArray()).isEqualTo(bytes);
  }
}
