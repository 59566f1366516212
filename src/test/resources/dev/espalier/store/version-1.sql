-- A database as version 1 of the format left it: its schema in 001.sql's words, one run, one interrupted search. Never changed.
PRAGMA application_id = 1165193324;
PRAGMA journal_mode = WAL;
CREATE TABLE run (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, sweep TEXT NOT NULL, problem_set TEXT NOT NULL, strategy TEXT NOT NULL,
    config TEXT NOT NULL, created TEXT NOT NULL, version TEXT NOT NULL, device TEXT NOT NULL) STRICT;
CREATE TABLE problem (id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, key TEXT NOT NULL, text TEXT NOT NULL, gold TEXT, solution TEXT,
    subject TEXT NOT NULL, level INTEGER NOT NULL) STRICT;
CREATE TABLE search (id INTEGER PRIMARY KEY AUTOINCREMENT, run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    problem INTEGER NOT NULL REFERENCES problem (id), problem_key TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'RUNNING' CHECK (status IN ('RUNNING', 'FINISHED', 'FAILED', 'CANCELLED')),
    seconds REAL NOT NULL DEFAULT 0, seconds_before REAL NOT NULL DEFAULT 0, events INTEGER NOT NULL DEFAULT 0, candidates INTEGER NOT NULL DEFAULT 0,
    policy_generated INTEGER NOT NULL DEFAULT 0, policy_processed INTEGER NOT NULL DEFAULT 0, reward_generated INTEGER NOT NULL DEFAULT 0,
    reward_processed INTEGER NOT NULL DEFAULT 0, failure TEXT NOT NULL DEFAULT '', UNIQUE (run, problem_key)) STRICT;
CREATE INDEX search_problem ON search (problem);
CREATE TABLE event (search INTEGER NOT NULL REFERENCES search (id) ON DELETE CASCADE, number INTEGER NOT NULL, kind TEXT NOT NULL, format INTEGER NOT NULL,
    payload TEXT NOT NULL, seconds REAL NOT NULL, PRIMARY KEY (search, number)) STRICT;
CREATE TABLE candidate (search INTEGER NOT NULL REFERENCES search (id) ON DELETE CASCADE, number INTEGER NOT NULL, node INTEGER NOT NULL, finish TEXT NOT NULL,
    tokens INTEGER NOT NULL, text TEXT NOT NULL, scores TEXT NOT NULL, PRIMARY KEY (search, number)) STRICT;
INSERT INTO run VALUES (1, 'An old run', '', 'set', 'best-of-n',
    '{"strategy":"best-of-n","parameters":{"N":1},"generation":{"temperature":0.30000000000000004,"topP":1.0,"maxNewTokens":2048,"separator":"\n\n","systemPrompt":""},"reduction":"PROD","seed":7,"policy":"policy","policySha256":"ab12","reward":"reward","rewardSha256":"cd34"}',
    '2026-01-02T03:04:05.678901Z', '0.1.0', 'CPU, 2 threads, f32');
INSERT INTO problem VALUES (1, 'unused here', 'set/1', 'What is 2 + 2?', '4', NULL, 'Algebra', 1);
INSERT INTO search (id, run, problem, problem_key, seconds, events, candidates, policy_generated, policy_processed, reward_processed)
    VALUES (1, 1, 1, 'set/1', 2.5, 6, 1, 3, 15, 12);
INSERT INTO event VALUES
    (1, 0, 'started', 1, '{"problem":"set/1","text":"What is 2 + 2?","config":{"strategy":"best-of-n","parameters":{"N":1},"generation":{"temperature":0.30000000000000004,"topP":1.0,"maxNewTokens":2048,"separator":"\n\n","systemPrompt":""},"reduction":"PROD","seed":7,"policy":"policy","policySha256":"ab12","reward":"reward","rewardSha256":"cd34"}}', 0),
    (1, 1, 'asked', 1, '{"requests":[{"sample":0,"parent":0,"path":[0],"step":false,"greedy":false,"max":2048}]}', 0),
    (1, 2, 'sampled', 1, '{"request":0,"parent":0,"child":0,"node":1,"finish":"STOP","cost":[3,15],"steps":[{"text":"It is 4.","tokens":"AQAAAAIBAAADAAAA","logProbs":"AAAAvwAAgL8AAAAA"}]}', 1.5),
    (1, 3, 'asked', 1, '{"requests":[{"score":1,"node":1}]}', 1.5),
    (1, 4, 'scored', 1, '{"request":1,"node":1,"scores":[0.875],"cost":[0,12]}', 2.5),
    (1, 5, 'ended', 1, '{"candidate":0,"node":1,"finish":"STOP"}', 2.5);
INSERT INTO candidate VALUES (1, 0, 1, 'STOP', 3, 'It is 4.', '[0.875]');
PRAGMA user_version = 1;
