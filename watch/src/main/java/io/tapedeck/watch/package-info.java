/**
 * The command {@code tapedeck watch}. It has each file that comes into a folder converted once, and
 * keeps a journal, so that a restart does nothing twice and forgets nothing. Names, options and
 * reports are those of {@code convert}.
 */
@NullMarked
package io.tapedeck.watch;

import org.jspecify.annotations.NullMarked;
