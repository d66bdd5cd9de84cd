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
 * One shelf as a GridFS bucket: the standard {@code files} and {@code chunks}, which any GridFS
 * client reads, and {@code drafts}, the blobs still being written. A chunk belongs to the {@code
 * fileId} that its draft, and later its files document, carries.
 */
record GridFsShelf(
    MongoCollection<Document> files,
    MongoCollection<RawBsonDocument> chunks,
    MongoCollection<Document> drafts) {
  static GridFsShelf open(MongoDatabase database, BlobId.Shelf shelf) {
    String bucket = shelf.label();
    GridFsShelf opened =
        new GridFsShelf(
            database.getCollection(bucket + ".files"),
            database.getCollection(bucket + ".chunks", RawBsonDocument.class),
            database.getCollection(bucket + ".drafts"));
    opened.files.createIndex(Indexes.ascending("filename", "uploadDate"));
    // One blob to a name, whoever publishes first.
    opened.files.createIndex(Indexes.ascending("filename"), new IndexOptions().unique(true));
    opened.chunks.createIndex(Indexes.ascending("files_id", "n"), new IndexOptions().unique(true));
    return opened;
  }

  /** One chunk of a file; null when it is missing. */
  @Nullable RawBsonDocument chunk(ObjectId fileId, long n) {
    return chunks.find(new Document("files_id", fileId).append("n", n)).first();
  }
}
