/**
 * E-mails to people: what they say, that each is sent once, and how they leave the house by SMTP or
 * as files. It hears of ended conversions from the event bus and looks the truth up in the ledger;
 * making links, signing and everything about accounts belongs to others.
 */
@NullMarked
package io.tapedeck.notification;

import org.jspecify.annotations.NullMarked;
