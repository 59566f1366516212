-- Version 5: what really went through the models, and how large they are, so that every axis of a budget can be told.

ALTER TABLE run ADD COLUMN policy_parameters INTEGER NOT NULL DEFAULT 0; -- 0 where unknown
ALTER TABLE run ADD COLUMN reward_parameters INTEGER NOT NULL DEFAULT 0;

-- Tokens, all sittings together; -1 where they were not counted, as in searches that are older than this version.
ALTER TABLE search ADD COLUMN policy_executed INTEGER NOT NULL DEFAULT -1;
ALTER TABLE search ADD COLUMN reward_executed INTEGER NOT NULL DEFAULT -1;
