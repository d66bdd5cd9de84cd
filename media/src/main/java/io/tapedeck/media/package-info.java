/**
 * Our own readers for what media files say about themselves: the kind of container, whether the end
 * is missing, and the Matroska stream of decoded audio that the ffmpeg child writes. Every reader
 * has limits, because strangers wrote the bytes.
 */
@NullMarked
package io.tapedeck.media;

import org.jspecify.annotations.NullMarked;
