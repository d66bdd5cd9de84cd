/**
 * The web as Tapedeck's roles see it: a table of routes, an exchange, a problem. This is the only
 * module that knows Jetty and the JSON library; what a route does belongs to the role that owns it,
 * and who a request comes from to {@code identity}.
 */
@NullMarked
package io.tapedeck.http;

import org.jspecify.annotations.NullMarked;
