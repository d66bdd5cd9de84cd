package io.tapedeck.core;

import java.time.Instant;

/**
 * A converter's right to work on a conversion until a moment. The attempt is the fencing token: it
 * grows with every claim, and only the newest attempt may renew, finish or fail.
 *
 * @param attempt 1 for the first claim
 * @param worker which converter holds it, for the log
 * @param until when it ends unless it is renewed
 */
public record Lease(ConversionId conversion, int attempt, String worker, Instant until) {}
