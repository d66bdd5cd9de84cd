/**
 * The stores of one machine: blobs as plain files, events in a table of the same SQLite file. One
 * process owns the data folder, so what is under way at a moment may stand in memory; what must
 * survive a kill stands on disk.
 */
@NullMarked
package io.tapedeck.local;

import org.jspecify.annotations.NullMarked;
