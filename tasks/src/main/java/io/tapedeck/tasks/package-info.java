/**
 * Work that runs again and again: periodic tasks, event consumers, and the pauses between retries.
 * Whatever the work throws, it runs again, or its check says why it does not. This package does not
 * know what the work is.
 */
@NullMarked
package io.tapedeck.tasks;

import org.jspecify.annotations.NullMarked;
