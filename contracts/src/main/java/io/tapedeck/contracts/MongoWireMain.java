package io.tapedeck.contracts;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.h2.H2Backend;

/** The process that {@link MongoWire} starts: prints where it listens, and ends with its parent. */
final class MongoWireMain {
  private MongoWireMain() {}

  public static void main(String[] arguments) throws Exception {
    MongoServer server = new MongoServer(new H2Backend(arguments[0]));
    server.bind("127.0.0.1", Integer.parseInt(arguments[1]));
    System.out.println("mongodb://127.0.0.1:" + server.getLocalAddress().getPort());
    ProcessHandle.current().parent().orElseThrow().onExit().get();
    server.shutdownNow();
  }
}
