-- Whether the conversation brought what it was for. Null: nobody judged, as of a call that was never planned.
ALTER TABLE results ADD COLUMN goal text CHECK (goal IN ('reached', 'denied', 'open'));
