/**
 * The MP3 engine: PCM in, one MP3 file out, every core on one file. A library of its own that knows
 * samples, frames and tags; it knows nothing of conversions, HTTP or processes.
 */
@NullMarked
package io.tapedeck.mp3;

import org.jspecify.annotations.NullMarked;
