package io.tapedeck.core;

import java.time.Instant;

/**
 * One conversion of a video to an MP3, as last read from the {@link Ledger}.
 *
 * @param attempt how often a converter has claimed the conversion; 0 before the first claim
 * @param createdAt when the conversion was accepted
 * @param changedAt when the state or progress last changed
 * @param expiresAt when retention deletes the files, whatever the state is
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
