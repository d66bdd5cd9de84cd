package io.tapedeck.core;

/**
 * The id of bytes in a {@link BlobStore}. A video's key is the id of its conversion. An MP3's key
 * is the id of its conversion and the attempt that made the MP3, so that a late attempt can delete
 * only its own MP3.
 */
public record BlobId(Bucket bucket, String key) {
  /**
   * Where a blob is stored: a folder of the local store, a GridFS bucket of the cluster's store.
   */
  public enum Bucket {
    VIDEOS,
    MP3S;

    /** The name of the folder and of the GridFS bucket. */
    public String label() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  public BlobId {
    if (!key.matches("[A-Za-z0-9_]{1,64}(\\.[0-9]{1,9})?")) {
      throw new IllegalArgumentException("not a blob key: " + Text.shown(key));
    }
  }

  public static BlobId video(ConversionId conversion) {
    return new BlobId(Bucket.VIDEOS, conversion.value());
  }

  public static BlobId mp3(ConversionId conversion, int attempt) {
    return new BlobId(Bucket.MP3S, conversion.value() + "." + attempt);
  }

  /** The conversion that this blob belongs to. */
  public ConversionId conversion() {
    int dot = key.indexOf('.');
    return new ConversionId(dot < 0 ? key : key.substring(0, dot));
  }

  @Override
  public String toString() {
    return bucket.label() + "/" + key;
  }
}
