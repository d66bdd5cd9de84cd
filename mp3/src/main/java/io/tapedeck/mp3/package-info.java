/**
 * The MP3 engine: it encodes PCM into one MP3 file and uses every core for one file. It is an
 * independent library that knows samples and frames; it knows nothing of tags, conversions, HTTP or
 * processes.
 */
@NullMarked
package io.tapedeck.mp3;

import org.jspecify.annotations.NullMarked;
