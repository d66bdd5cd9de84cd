/**
 * The database: its pool, its transactions, the migrations of whoever owns tables in it, the small
 * differences between SQLite and MySQL, and the ledger. What other modules keep in tables
 * (accounts, uploads, e-mails) and the SQL for it belongs beside the code that uses it, not here.
 */
@NullMarked
package io.tapedeck.sql;

import org.jspecify.annotations.NullMarked;
