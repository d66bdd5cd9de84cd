/**
 * All that can be set, from the command line, the environment and a file: read once at the start,
 * and all that is wrong told at once. What a setting does belongs to the role that has it.
 */
@NullMarked
package io.tapedeck.settings;

import org.jspecify.annotations.NullMarked;
