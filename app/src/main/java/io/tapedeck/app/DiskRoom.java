package io.tapedeck.app;

import io.tapedeck.core.BlobStore;
import io.tapedeck.core.Component;
import io.tapedeck.core.Outage;

/**
 * Says when the disk is so full that new bytes are refused and conversions wait. The server still
 * serves people then: they sign in, download and delete.
 *
 * @param margin bytes that stay free
 */
record DiskRoom(BlobStore blobs, long margin) implements Component {
  @Override
  public Health check() {
    try {
      long room = blobs.room();
      return room > margin
          ? Health.up()
          : Health.down(
              room
                  + " bytes are left and "
                  + margin
                  + " stay free (limits.disk-margin): uploads are refused and conversions wait;"
                  + " make room or delete conversions");
    } catch (Outage e) {
      return Health.down(e.problem().detail());
    }
  }

  /** Holds nothing open. */
  @Override
  public void close() {}
}
