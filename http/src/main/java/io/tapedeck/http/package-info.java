/**
 * The web as Tapedeck's roles see it: a table of routes, an exchange, a problem, a token. This is
 * the only room that knows Jetty, the JSON library and the token library; what a route does belongs
 * to the role that owns it.
 */
@NullMarked
package io.tapedeck.http;

import org.jspecify.annotations.NullMarked;
