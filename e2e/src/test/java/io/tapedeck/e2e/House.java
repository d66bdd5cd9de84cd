package io.tapedeck.e2e;

import java.net.URI;
import java.nio.file.Path;

/** The whole of Tapedeck at work, on one machine or on many. */
interface House extends AutoCloseable {
  /** Where people reach it. */
  URI uri();

  /** The folder below which its e-mails are. */
  Path data();

  @Override
  void close();
}
