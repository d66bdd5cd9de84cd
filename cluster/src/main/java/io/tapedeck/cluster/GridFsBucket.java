package io.tapedeck.cluster;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import io.tapedeck.core.BlobId;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * One GridFS bucket: the standard collections {@code files} and {@code chunks}, which any GridFS
 * client reads, and {@code drafts}, the blobs still being written. A chunk belongs to a {@code
 * fileId}. The draft has this id, and later the files document has it.
 */
record GridFsBucket(
    MongoCollection<Document> files,
    MongoCollection<RawBsonDocument> chunks,
    MongoCollection<Document> drafts) {
  static GridFsBucket open(MongoDatabase database, BlobId.Bucket bucket) {
    String name = bucket.label();
    GridFsBucket opened =
        new GridFsBucket(
            database.getCollection(name + ".files"),
            database.getCollection(name + ".chunks", RawBsonDocument.class),
            database.getCollection(name + ".drafts"));
    opened.files.createIndex(Indexes.ascending("filename", "uploadDate"));
    // One blob for each name, whoever publishes first.
    opened.files.createIndex(Indexes.ascending("filename"), new IndexOptions().unique(true));
    opened.chunks.createIndex(Indexes.ascending("files_id", "n"), new IndexOptions().unique(true));
    return opened;
  }

  /** One chunk of a file; null when it is missing. */
  @Nullable RawBsonDocument chunk(ObjectId fileId, long n) {
    return chunks.find(new Document("files_id", fileId).append("n", n)).first();
  }
}
