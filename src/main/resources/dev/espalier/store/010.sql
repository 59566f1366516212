-- Version 10: how the policy's prompts were made (a chat format, the model's own template, plain text, a server), '' where it was not kept.
ALTER TABLE run ADD COLUMN prompts TEXT NOT NULL DEFAULT '';
