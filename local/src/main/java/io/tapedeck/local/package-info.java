/**
 * The stores of one machine: blobs as plain files, events in a table of the same SQLite file. One
 * process owns the data folder, so memory may hold the work in progress. Data that must survive a
 * kill is on disk.
 */
@NullMarked
package io.tapedeck.local;

import org.jspecify.annotations.NullMarked;
