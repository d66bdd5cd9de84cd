/**
 * The command {@code tapedeck convert}: many files, each on its way to an MP3, with names for the
 * results, progress, standard input and output, and an exit code. It uses {@code extraction} alone
 * and knows no server.
 */
@NullMarked
package io.tapedeck.convert;

import org.jspecify.annotations.NullMarked;
