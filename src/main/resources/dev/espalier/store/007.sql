-- Version 7: kinds of problems, the forms in which they are asked, and verdicts as facts.
ALTER TABLE problem ADD COLUMN task TEXT NOT NULL DEFAULT '';      -- '' where nobody named one: it is guessed from the text
ALTER TABLE problem ADD COLUMN payload TEXT NOT NULL DEFAULT '';   -- what the task needs besides, in its own form
ALTER TABLE candidate ADD COLUMN variant TEXT NOT NULL DEFAULT ''; -- the task's name for the form that was asked, '' for the problem as it stands

-- What a grader said of an answer. A grader that changes has another version; what an older one said is not used.
CREATE TABLE verdict (
    problem  INTEGER NOT NULL REFERENCES problem (id) ON DELETE CASCADE,
    task     TEXT NOT NULL,
    version  INTEGER NOT NULL,
    answer   TEXT NOT NULL,                        -- SHA-256 of the answer, lower-case hexadecimal
    score    REAL NOT NULL,                        -- 0 to 1
    accepted INTEGER NOT NULL CHECK (accepted IN (0, 1)),
    rule     TEXT NOT NULL,
    details  TEXT NOT NULL,
    PRIMARY KEY (problem, task, version, answer)
) STRICT, WITHOUT ROWID;
