/**
 * The child processes of ffmpeg: where the program is, with which arguments and limits it runs, and
 * what its messages say. Only this module and {@code cage} start processes.
 */
@NullMarked
package io.tapedeck.ffmpeg;

import org.jspecify.annotations.NullMarked;
