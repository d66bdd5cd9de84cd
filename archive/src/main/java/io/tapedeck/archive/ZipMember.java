package io.tapedeck.archive;

import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.time.Instant;

/**
 * A file in a ZIP.
 *
 * @param name of the file, without a folder
 * @param size of its bytes
 * @param digest of its bytes, such as their SHA-256; becomes part of the ZIP's digest
 * @param modified the file's time, kept in whole seconds
 */
record ZipMember(String name, long size, String digest, Instant modified, Content content) {
  /** The bytes of a member. They never change. */
  interface Content {
    /** The CRC-32 of all bytes, 0 to 0xFFFFFFFF. It may have to read them. */
    long crc32() throws IOException;

    void read(long offset, long length, WritableByteChannel to) throws IOException;
  }
}
