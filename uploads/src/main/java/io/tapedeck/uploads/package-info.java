/**
 * Uploads from their first byte to a queued conversion: which are let in (size, quota, disk), how
 * far each one is, who may write to it, and what is deleted when nobody comes back. It knows no
 * HTTP: what a request looks like belongs to {@code gateway}.
 */
@NullMarked
package io.tapedeck.uploads;

import org.jspecify.annotations.NullMarked;
