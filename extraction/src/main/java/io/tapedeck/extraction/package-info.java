/**
 * A media file's audio as an MP3: a guarded ffmpeg child decodes it, the timeline keeps its times,
 * the mp3 engine encodes it, and tags are carried over. A library of its own, which the command
 * line uses alone: it knows no server, no ledger and no store. The only module that starts
 * processes.
 */
@NullMarked
package io.tapedeck.extraction;

import org.jspecify.annotations.NullMarked;
