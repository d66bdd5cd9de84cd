/**
 * Passwords: which ones a person may choose, and how they are hashed and checked. Only this module
 * knows the hashing library. Whose password it is, and how often somebody may guess, belongs to the
 * role auth.
 */
@NullMarked
package io.tapedeck.passwords;

import org.jspecify.annotations.NullMarked;
