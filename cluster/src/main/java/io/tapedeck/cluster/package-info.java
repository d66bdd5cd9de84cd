/**
 * The stores of a cluster: blobs in MongoDB GridFS, events over RabbitMQ. The only module that
 * knows either client; what is stored and what an event means belongs to core.
 */
@NullMarked
package io.tapedeck.cluster;

import org.jspecify.annotations.NullMarked;
