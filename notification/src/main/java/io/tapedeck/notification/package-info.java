/**
 * E-mails to people: their texts, sending each one once, and delivery by SMTP or as files. This
 * module receives ended conversions from the event bus and reads their state from the ledger.
 * Links, signatures and accounts belong to other modules.
 */
@NullMarked
package io.tapedeck.notification;

import org.jspecify.annotations.NullMarked;
