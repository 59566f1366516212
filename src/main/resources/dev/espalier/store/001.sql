-- Version 1: runs, their problems and searches, the event log, and the candidates materialised from it.

CREATE TABLE run (
    id          INTEGER PRIMARY KEY AUTOINCREMENT, -- never reused, so that a link to a deleted run finds nothing
    name        TEXT NOT NULL,
    sweep       TEXT NOT NULL,                     -- '' for none
    problem_set TEXT NOT NULL,                     -- '' for a typed problem
    strategy    TEXT NOT NULL,                     -- copied from config for people who query with SQL
    config      TEXT NOT NULL,                     -- JSON
    created     TEXT NOT NULL,                     -- ISO 8601, UTC
    version     TEXT NOT NULL,
    device      TEXT NOT NULL
) STRICT;

CREATE TABLE problem (
    id       INTEGER PRIMARY KEY,
    hash     TEXT NOT NULL UNIQUE,                 -- SHA-256 over all that follows: stored once however many runs use it
    key      TEXT NOT NULL,                        -- the problem's own id
    text     TEXT NOT NULL,
    gold     TEXT,
    solution TEXT,
    subject  TEXT NOT NULL,
    level    INTEGER NOT NULL
) STRICT;

CREATE TABLE search (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    run              INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    problem          INTEGER NOT NULL REFERENCES problem (id),
    problem_key      TEXT NOT NULL,
    status           TEXT NOT NULL DEFAULT 'RUNNING' CHECK (status IN ('RUNNING', 'FINISHED', 'FAILED', 'CANCELLED')),
    seconds          REAL NOT NULL DEFAULT 0,      -- worked on, all sittings together
    seconds_before   REAL NOT NULL DEFAULT 0,      -- of the sittings before the last one
    -- Computed from the event log with every commit, so that lists need not read it.
    events           INTEGER NOT NULL DEFAULT 0,
    candidates       INTEGER NOT NULL DEFAULT 0,
    policy_generated INTEGER NOT NULL DEFAULT 0,
    policy_processed INTEGER NOT NULL DEFAULT 0,
    reward_generated INTEGER NOT NULL DEFAULT 0,
    reward_processed INTEGER NOT NULL DEFAULT 0,
    failure          TEXT NOT NULL DEFAULT '',
    UNIQUE (run, problem_key)
) STRICT;
CREATE INDEX search_problem ON search (problem);

CREATE TABLE event (
    search  INTEGER NOT NULL REFERENCES search (id) ON DELETE CASCADE,
    number  INTEGER NOT NULL,                      -- from 0, without gaps
    kind    TEXT NOT NULL,
    format  INTEGER NOT NULL,                      -- of the payload
    payload TEXT NOT NULL,                         -- JSON; token ids are int32 and log-probabilities float32, little-endian, Base64
    seconds REAL NOT NULL,                         -- since the search was first started, pauses between sittings left out
    PRIMARY KEY (search, number)
) STRICT;

-- What curves and votes need, without reading the log. Derived: it can be rebuilt from event at any time.
CREATE TABLE candidate (
    search INTEGER NOT NULL REFERENCES search (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    node   INTEGER NOT NULL,
    finish TEXT NOT NULL,
    tokens INTEGER NOT NULL,                       -- generated along its path
    text   TEXT NOT NULL,
    scores TEXT NOT NULL,                          -- JSON array, one number a non-empty step; "NaN", "Infinity", "-Infinity" as strings
    PRIMARY KEY (search, number)
) STRICT;
