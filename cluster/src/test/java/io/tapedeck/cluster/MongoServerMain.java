package io.tapedeck.cluster;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.h2.H2Backend;

/**
 * The process that {@link MongoProcess} starts: prints where it listens, and ends with its parent.
 */
final class MongoServerMain {
  private MongoServerMain() {}

  public static void main(String[] arguments) throws Exception {
    MongoServer server = new MongoServer(new H2Backend(arguments[0]));
    System.out.println(server.bindAndGetConnectionString());
    ProcessHandle.current().parent().orElseThrow().onExit().get();
    server.shutdownNow();
  }
}
