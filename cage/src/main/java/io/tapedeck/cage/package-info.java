/**
 * The cage of a child process: the layers that the kernel holds, which of them work here, and the
 * launcher that closes them before the program begins. What the program is for is no concern of it.
 */
@NullMarked
package io.tapedeck.cage;

import org.jspecify.annotations.NullMarked;
