-- Version 4: how probable a candidate is by its own policy.

ALTER TABLE candidate ADD COLUMN log_prob REAL; -- mean of its tokens' log-probabilities; NULL where they are not known
