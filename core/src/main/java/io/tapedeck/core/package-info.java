/**
 * The language all modules speak: ids, the conversion and its states, events, and the ports that
 * stores and roles meet at. It knows the JDK and JSpecify only; anything that opens a socket, a
 * file or a database belongs elsewhere.
 */
@NullMarked
package io.tapedeck.core;

import org.jspecify.annotations.NullMarked;
