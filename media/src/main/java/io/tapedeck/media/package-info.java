/**
 * What media files say of themselves, read by our own readers: the kind of container, whether the
 * end is missing, and the Matroska stream of decoded audio that the ffmpeg child writes. Every
 * reader is bounded, because strangers wrote the bytes.
 */
@NullMarked
package io.tapedeck.media;

import org.jspecify.annotations.NullMarked;
