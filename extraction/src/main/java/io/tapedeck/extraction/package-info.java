/**
 * Extracts a media file's audio as an MP3: a guarded ffmpeg child decodes it, the timeline keeps
 * its times, the mp3 engine encodes it, and the tags are copied. The command line uses this module
 * as a library: it knows no server, no ledger and no store.
 */
@NullMarked
package io.tapedeck.extraction;

import org.jspecify.annotations.NullMarked;
