-- What the brain wrote of the conversation, where the call proves it. Null: it is summed up by rule.
ALTER TABLE calls ADD COLUMN summary text;
