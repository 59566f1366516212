-- Version 3: runs that were brought in from the output files of other programs.

ALTER TABLE run ADD COLUMN source TEXT NOT NULL DEFAULT ''; -- the file and its SHA-256; '' for a run that was made here

-- What a search was brought in from. Its completions and scores are in the event log.
CREATE TABLE imported (
    search INTEGER PRIMARY KEY REFERENCES search (id) ON DELETE CASCADE,
    line   INTEGER NOT NULL,                       -- of the file, from 1
    fields TEXT NOT NULL                           -- JSON object: the line's fields that are kept nowhere else, as they were
) STRICT;
