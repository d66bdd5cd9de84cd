package io.tapedeck.core;

/**
 * Names bytes kept in a {@link BlobStore}. A video's key is its conversion's id; an MP3's key is
 * the conversion's id and the attempt that made it, so that a late attempt can only ever delete
 * what it wrote itself.
 */
public record BlobId(Bucket bucket, String key) {
  /** Where a blob stands: a folder of the local store, a GridFS bucket of the cluster's. */
  public enum Bucket {
    VIDEOS,
    MP3S;

    /** The folder's and the bucket's name. */
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

  /** The conversion whose blob this is. */
  public ConversionId conversion() {
    int dot = key.indexOf('.');
    return new ConversionId(dot < 0 ? key : key.substring(0, dot));
  }

  @Override
  public String toString() {
    return bucket.label() + "/" + key;
  }
}
