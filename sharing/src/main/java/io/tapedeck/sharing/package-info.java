/**
 * Links to one MP3 for people who have no account: their signatures, the table by which their owner
 * sees and revokes them, and the page of a link that no longer works. The routes belong to the
 * gateway.
 */
@NullMarked
package io.tapedeck.sharing;

import org.jspecify.annotations.NullMarked;
