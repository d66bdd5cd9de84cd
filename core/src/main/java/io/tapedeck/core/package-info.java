/**
 * The types that all modules share: ids, the conversion and its states, events, and the ports
 * between roles and stores. This package depends only on the JDK and JSpecify. Code that opens a
 * socket, a file or a database belongs elsewhere.
 */
@NullMarked
package io.tapedeck.core;

import org.jspecify.annotations.NullMarked;
