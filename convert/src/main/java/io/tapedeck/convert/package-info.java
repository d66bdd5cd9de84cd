/**
 * The command {@code tapedeck convert}. It converts many files to MP3, each by itself, with names
 * for the results, progress, standard input and output, and an exit code. It uses only {@code
 * extraction} and knows no server. What describes the whole command line is here too: the
 * completions of shells and the manual page.
 */
@NullMarked
package io.tapedeck.convert;

import org.jspecify.annotations.NullMarked;
