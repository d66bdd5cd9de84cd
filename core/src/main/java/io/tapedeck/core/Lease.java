package io.tapedeck.core;

import java.time.Instant;

/**
 * A converter's right to work on a conversion until a given moment. The attempt is the fencing
 * token: every claim increases it, and only the newest attempt may renew, finish or fail.
 *
 * @param attempt 1 for the first claim
 * @param worker the converter that holds the lease, for the log
 * @param until when the lease ends unless it is renewed
 */
public record Lease(ConversionId conversion, int attempt, String worker, Instant until) {}
