/**
 * The output of log lines: standard error, one line per fact, as text or JSON. This module is the
 * backend of SLF4J and of the JDK's own loggers. The caller decides what is logged.
 */
@NullMarked
package io.tapedeck.logging;

import org.jspecify.annotations.NullMarked;
