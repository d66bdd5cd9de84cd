/**
 * What the fuzz tests of all modules share (docs/adr/0028). Test code: no production code uses it.
 * The tests themselves stand beside the parsers and are named {@code …FuzzTest}.
 */
@NullMarked
package io.tapedeck.fuzzing;

import org.jspecify.annotations.NullMarked;
