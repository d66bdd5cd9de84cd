/**
 * Turns a conversion's video into an MP3: one guarded ffmpeg child takes the sound out, the mp3
 * engine encodes it, and the role around it holds the lease, tells the progress and clears up. The
 * only room that starts processes; it knows no HTTP, no SQL and no store, only their ports.
 */
@NullMarked
package io.tapedeck.converter;

import org.jspecify.annotations.NullMarked;
