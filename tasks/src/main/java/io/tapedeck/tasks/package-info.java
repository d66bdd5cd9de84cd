/**
 * What runs again and again: periodic work, the consumers of events, and the pauses between tries.
 * Whatever the work throws, it goes on, or its check says why it does not. Nothing here knows what
 * the work is.
 */
@NullMarked
package io.tapedeck.tasks;

import org.jspecify.annotations.NullMarked;
