/**
 * The converter role: takes a lease on a queued conversion, fetches its video, calls {@code
 * extraction} to make the MP3, stores the MP3, and moves the conversion to its next state. The
 * Janitor beside it frees what other processes left behind. This module knows no HTTP, no SQL and
 * no store, only their ports.
 */
@NullMarked
package io.tapedeck.converter;

import org.jspecify.annotations.NullMarked;
