/**
 * Builds one product from the parts: the commands, the choice of stores, and the wiring of the
 * roles, by hand and in stages. Only this module sees all others. It decides nothing about
 * conversions, accounts or e-mails.
 */
@NullMarked
package io.tapedeck.app;

import org.jspecify.annotations.NullMarked;
