/// SQLite: schema, migrations, the event log, the catalogue of runs.
@NullMarked
package dev.espalier.store;

import org.jspecify.annotations.NullMarked;
