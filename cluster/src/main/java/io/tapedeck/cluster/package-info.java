/**
 * The stores of a cluster: blobs in MongoDB GridFS, events over RabbitMQ. No other module knows
 * these two clients. What is stored and what an event means belongs to core.
 */
@NullMarked
package io.tapedeck.cluster;

import org.jspecify.annotations.NullMarked;
