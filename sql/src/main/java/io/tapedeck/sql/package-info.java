/**
 * The database: its pool, its transactions, the migrations of each module that owns tables, the
 * small differences between SQLite and MySQL, and the ledger. The SQL for other tables (accounts,
 * uploads, e-mails) belongs beside the code that uses them, not here.
 */
@NullMarked
package io.tapedeck.sql;

import org.jspecify.annotations.NullMarked;
