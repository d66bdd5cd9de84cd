/**
 * All settings, from the command line, the environment and a file. They are read once at the start,
 * and all errors are reported at once. The effect of a setting belongs to the role that has it.
 */
@NullMarked
package io.tapedeck.settings;

import org.jspecify.annotations.NullMarked;
