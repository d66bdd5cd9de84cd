/**
 * Where the parts become one product: the command line, the settings, the choice of stores, and the
 * wiring of the roles, by hand and in stages. The only room that sees all others and reads the
 * environment; it decides nothing about conversions, accounts or e-mails.
 */
@NullMarked
package io.tapedeck.app;

import org.jspecify.annotations.NullMarked;
