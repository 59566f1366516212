-- Version 6: who works on a run, and a sweep that has each configuration once.

-- No row: nobody works on the run. A row is deleted with the work's end, or taken over from a program that has died.
CREATE TABLE owner (
    run     INTEGER PRIMARY KEY REFERENCES run (id) ON DELETE CASCADE,
    token   TEXT NOT NULL,                         -- drawn when the database was opened
    process INTEGER NOT NULL,
    host    TEXT NOT NULL,
    start   TEXT NOT NULL,                         -- tells the process from a later one of the same number; '' where not known
    beat    INTEGER NOT NULL                       -- last sign of life, milliseconds since 1970
) STRICT;

-- Two programs that began one sweep at the same moment made its runs twice. The one with the most finished searches stays in the sweep,
-- the others become runs of their own: nothing is deleted, and figures count each problem once.
UPDATE run SET sweep = '', name = name || ' (second of run ' || twin.kept || ')'
FROM (SELECT id, first_value(id) OVER (PARTITION BY sweep, config ORDER BY finished DESC, id) AS kept
      FROM (SELECT id, sweep, config, (SELECT count(*) FROM search WHERE search.run = run.id AND status = 'FINISHED') AS finished FROM run WHERE sweep <> '')) AS twin
WHERE run.id = twin.id AND twin.id <> twin.kept;
CREATE UNIQUE INDEX run_of_sweep ON run (sweep, config) WHERE sweep <> '';
