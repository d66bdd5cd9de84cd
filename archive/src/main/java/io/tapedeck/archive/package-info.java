/**
 * Many MP3s as one ZIP whose length is known before its first byte and of which any part can be
 * read alone, so that a download resumes. Nothing is kept of a ZIP: it is computed from the ledger
 * each time. Who may download, and single MP3s, belong to the gateway.
 */
@NullMarked
package io.tapedeck.archive;

import org.jspecify.annotations.NullMarked;
