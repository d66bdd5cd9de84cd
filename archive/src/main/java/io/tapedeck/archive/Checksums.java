package io.tapedeck.archive;

import io.tapedeck.core.BlobStore;
import io.tapedeck.core.Mp3;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * CRC-32s of MP3s: those that the ledger knows, and for MP3s of older versions those that were
 * computed lately.
 */
final class Checksums {
  /** How many computed CRC-32s are remembered, so that a resumed download need not read again. */
  private static final int REMEMBERED = 10_000;

  private final BlobStore store;
  private final Map<String, Long> computed =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
              return size() > REMEMBERED;
            }
          });

  Checksums(BlobStore store) {
    this.store = store;
  }

  long of(Mp3 mp3) throws IOException {
    Long kept = mp3.crc32() == null ? computed.get(mp3.sha256()) : mp3.crc32();
    if (kept != null) {
      return kept;
    }
    CRC32 crc = new CRC32();
    store.read(mp3.blob(), 0, mp3.size(), new Sink(crc));
    computed.put(mp3.sha256(), crc.getValue());
    return crc.getValue();
  }

  private record Sink(CRC32 crc) implements WritableByteChannel {
    @Override
    public int write(ByteBuffer from) {
      int count = from.remaining();
      crc.update(from);
      return count;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }
}
