/**
 * Where log lines go: standard error, one line a fact, as text or JSON. The backend of SLF4J and of
 * the JDK's own loggers; what is logged belongs to whoever logs it.
 */
@NullMarked
package io.tapedeck.logging;

import org.jspecify.annotations.NullMarked;
