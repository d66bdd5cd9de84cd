/**
 * The commands {@code tapedeck backup} and {@code tapedeck restore}: the data folder of one machine
 * as a folder of files, whose digests are in one of them. A backup may be made while a server
 * works. The stores of a cluster have backups of their own.
 */
@NullMarked
package io.tapedeck.backup;

import org.jspecify.annotations.NullMarked;
