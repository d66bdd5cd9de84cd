/**
 * What administrators see and do while the server runs: people, invitations, conversions of all,
 * dead letters, health; and the health checks for an operator's tools. The accounts themselves
 * belong to auth, limits to uploads, and conversions to the ledger; this module asks and tells
 * them. Each act of an administrator is kept in {@link io.tapedeck.admin.AdminActs}.
 */
@NullMarked
package io.tapedeck.admin;

import org.jspecify.annotations.NullMarked;
