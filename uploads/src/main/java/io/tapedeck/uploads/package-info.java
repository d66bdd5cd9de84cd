/**
 * Uploads from the first byte to a queued conversion: admission (size, quota, disk), progress,
 * locks, and the deletion of abandoned uploads. This module does not know HTTP: the form of
 * requests belongs to {@code gateway}.
 */
@NullMarked
package io.tapedeck.uploads;

import org.jspecify.annotations.NullMarked;
