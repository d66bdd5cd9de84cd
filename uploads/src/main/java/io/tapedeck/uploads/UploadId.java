package io.tapedeck.uploads;

import io.tapedeck.core.Code;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Text;

/**
 * Names an upload in parts: {@code upl_} and the 26 characters of the conversion that the last byte
 * creates. Finishing an upload twice therefore creates one conversion.
 */
public record UploadId(ConversionId conversion) {
  private static final String PREFIX = "upl_";

  /**
   * Reads the id of an upload from an address.
   *
   * @throws Refusal {@link Code#NOT_FOUND} when no upload can have this id
   */
  public static UploadId of(String text) {
    try {
      if (text.startsWith(PREFIX)) {
        return new UploadId(new ConversionId("cnv_" + text.substring(PREFIX.length())));
      }
    } catch (IllegalArgumentException e) {
      // continues with the refusal below
    }
    throw new Refusal(Code.NOT_FOUND, "no upload " + Text.shown(text));
  }

  @Override
  public String toString() {
    return PREFIX + conversion.value().substring(PREFIX.length());
  }
}
