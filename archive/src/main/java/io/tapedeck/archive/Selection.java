package io.tapedeck.archive;

import io.tapedeck.core.AccountId;
import java.time.Instant;

/**
 * Which MP3s an archive has: those of an account that were ready by a moment and are still there.
 *
 * @param search only those whose video's name contains this text, ignoring case; empty for all
 */
record Selection(AccountId account, Instant by, String search) {}
