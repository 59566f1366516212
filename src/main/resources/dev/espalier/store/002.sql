-- Version 2: forks. A run that a person made by a hand in another search knows which search and at which event.
-- No reference: the parent may be deleted, the fork holds a whole log of its own.

ALTER TABLE run ADD COLUMN fork_search INTEGER;
ALTER TABLE run ADD COLUMN fork_event INTEGER;
