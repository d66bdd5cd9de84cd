/**
 * The converter role: takes a lease on a queued conversion, fetches its video, has {@code
 * extraction} make the MP3, stores that, and moves the conversion on. The Janitor beside it frees
 * what others left behind. It knows no HTTP, no SQL and no store, only their ports.
 */
@NullMarked
package io.tapedeck.converter;

import org.jspecify.annotations.NullMarked;
