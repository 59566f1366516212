-- Version 9: what a problem's status is by one finished search. The window shows it at its start without reading candidates.
CREATE TABLE problem_status (
    search  INTEGER PRIMARY KEY REFERENCES search(id) ON DELETE CASCADE,
    task    TEXT NOT NULL,                         -- the task that graded, and the version of its grader: a status of another version is not used
    version INTEGER NOT NULL,
    status  TEXT NOT NULL
) STRICT;
