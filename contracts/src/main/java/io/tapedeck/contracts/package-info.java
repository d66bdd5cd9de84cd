/**
 * Test code for tests: one contract per port, run by every implementation of it, and what such
 * tests need (a clock turned by hand, small videos). Production code never depends on it, and no
 * stand-in for a real part belongs here.
 */
@NullMarked
package io.tapedeck.contracts;

import org.jspecify.annotations.NullMarked;
