package io.tapedeck.core;

import java.time.Instant;

/**
 * One video's way to an MP3, as the {@link Ledger} last saw it.
 *
 * @param attempt how often a converter has claimed it; 0 while none has
 * @param createdAt when it was accepted
 * @param changedAt when its state or progress last changed
 * @param expiresAt when retention deletes its files, whatever its state
 */
public record Conversion(
    ConversionId id,
    AccountId owner,
    Video video,
    ConversionOptions options,
    ConversionState state,
    int attempt,
    Instant createdAt,
    Instant changedAt,
    Instant expiresAt) {}
