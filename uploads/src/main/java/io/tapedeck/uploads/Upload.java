package io.tapedeck.uploads;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.BlobId;
import io.tapedeck.core.ConversionOptions;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * An upload in parts.
 *
 * @param length bytes of the whole file; empty until the client declares the length
 * @param received bytes kept when the last part ended
 * @param name of the file
 * @param metadata as the client wrote it; returned to the client unchanged
 * @param checkedFrom the offset of a part with a checksum that has not ended; the bytes after it
 *     are not known to be right
 * @param finished whether the upload's conversion was created
 */
public record Upload(
    UploadId id,
    AccountId owner,
    OptionalLong length,
    long received,
    String name,
    ConversionOptions options,
    String metadata,
    OptionalLong checkedFrom,
    Instant expiresAt,
    boolean finished) {
  public Upload withLength(long known) {
    return new Upload(
        id,
        owner,
        OptionalLong.of(known),
        received,
        name,
        options,
        metadata,
        checkedFrom,
        expiresAt,
        finished);
  }

  public BlobId blob() {
    return BlobId.video(id.conversion());
  }

  public boolean complete(long offset) {
    return length.isPresent() && length.getAsLong() == offset;
  }
}
