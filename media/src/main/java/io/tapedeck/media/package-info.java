/**
 * Our own readers for what media files say about themselves: the kind of container, whether the end
 * is missing or the audio encrypted, the frames and tags of an MP3 file, and the Matroska stream of
 * decoded audio that the ffmpeg child writes. Every reader has limits, because strangers wrote the
 * bytes. What is done to decoded audio before it is encoded is here too.
 */
@NullMarked
package io.tapedeck.media;

import org.jspecify.annotations.NullMarked;
