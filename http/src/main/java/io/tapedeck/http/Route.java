package io.tapedeck.http;

/** Answers the requests to one address, with plain blocking code on a virtual thread. */
@FunctionalInterface
public interface Route {
  /**
   * Answers a request. A thrown {@link io.tapedeck.core.Fault} becomes its problem with the status
   * of {@link Statuses}. An {@link HttpRefusal} has its own status. An {@code IOException} becomes
   * an outage. Anything else that is thrown becomes {@code internal}.
   */
  Reply handle(Exchange exchange) throws Exception;
}
