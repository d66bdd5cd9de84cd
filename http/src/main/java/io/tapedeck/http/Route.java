package io.tapedeck.http;

/** What happens at one address: plain blocking code on a virtual thread. */
@FunctionalInterface
public interface Route {
  /**
   * Answers a request. A {@link io.tapedeck.core.Fault} becomes its problem with the status of
   * {@link Statuses}; anything else that is thrown becomes {@code internal}.
   */
  Reply handle(Exchange exchange) throws Exception;
}
