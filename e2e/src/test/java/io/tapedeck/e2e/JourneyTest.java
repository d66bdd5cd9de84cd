package io.tapedeck.e2e;

import java.nio.file.Path;

/** On one machine. */
class JourneyTest extends Journey {
  @Override
  House open(Path folder) throws Exception {
    return TestPlatform.start();
  }
}
