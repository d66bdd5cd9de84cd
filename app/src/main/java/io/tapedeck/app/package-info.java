/**
 * Where the parts become one product: the commands, the choice of stores, and the wiring of the
 * roles, by hand and in stages. The only module that sees all others; it decides nothing about
 * conversions, accounts or e-mails.
 */
@NullMarked
package io.tapedeck.app;

import org.jspecify.annotations.NullMarked;
