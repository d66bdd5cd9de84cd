/**
 * HTTP for Tapedeck's roles: a table of routes, an exchange, a problem. Only this module knows
 * Jetty and the JSON library. What a route does belongs to the role that owns the route. Finding
 * the principal of a request belongs to {@code identity}.
 */
@NullMarked
package io.tapedeck.http;

import org.jspecify.annotations.NullMarked;
