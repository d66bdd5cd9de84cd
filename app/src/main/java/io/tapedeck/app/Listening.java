package io.tapedeck.app;

import io.tapedeck.core.Outage;
import io.tapedeck.http.Router;
import io.tapedeck.http.WebServer;

/** Starts to listen, or reports which setting chooses another port. */
final class Listening {
  private Listening() {}

  /**
   * Listens for the public.
   *
   * @throws Outage when the port cannot be opened, with the remedy
   */
  static WebServer web(WebServer.Settings where, Router routes, WebServer.Observer observer) {
    return on("server", where, routes, observer);
  }

  /**
   * Listens for the operator.
   *
   * @throws Outage when the port cannot be opened, with the remedy
   */
  static WebServer admin(WebServer.Settings where, Router routes) {
    return on("admin", where, routes, (method, template, status, took) -> {});
  }

  private static WebServer on(
      String settings, WebServer.Settings where, Router routes, WebServer.Observer observer) {
    try {
      return WebServer.start(where, routes, observer);
    } catch (Outage e) {
      throw new Outage(
          "%s; stop what listens there, or choose another with %s.port and %s.host"
              .formatted(e.problem().detail(), settings, settings),
          e);
    }
  }
}
