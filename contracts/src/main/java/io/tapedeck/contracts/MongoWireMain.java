package io.tapedeck.contracts;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.message.MongoMessage;

/** The process that {@link MongoWire} starts: prints where it listens, and ends with its parent. */
final class MongoWireMain {
  private MongoWireMain() {}

  public static void main(String[] arguments) throws Exception {
    MongoServer server = new MongoServer(new Lasting(arguments[0]));
    server.bind("127.0.0.1", Integer.parseInt(arguments[1]));
    System.out.println("mongodb://127.0.0.1:" + server.getLocalAddress().getPort());
    ProcessHandle.current().parent().orElseThrow().onExit().get();
    server.shutdownNow();
  }

  /** What it has answered outlives its end, as MongoDB's journal sees to: a kill loses nothing. */
  private static final class Lasting extends H2Backend {
    Lasting(String file) {
      super(file);
    }

    @Override
    public Document handleMessage(MongoMessage message) {
      Document answer = super.handleMessage(message);
      commit();
      return answer;
    }
  }
}
