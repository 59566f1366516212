-- Version 8: a mark that every change moves on. It is read from the file's bytes, beside SQLite, and tells a file that another program has
-- written over.
CREATE TABLE mark (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    place   TEXT NOT NULL,                         -- device and inode of the file for which it was drawn: a copy gets a mark of its own
    drawn   BLOB NOT NULL CHECK (length(drawn) = 8),
    changes INTEGER NOT NULL                       -- one more with each transaction; so large that SQLite keeps it in 8 bytes, the page's last
) STRICT;
