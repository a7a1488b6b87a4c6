-- When and how often a call may be dialed, as its caller wishes.
ALTER TABLE calls
    ADD COLUMN earliest_at timestamptz,
    ADD COLUMN latest_at timestamptz,
    -- Null: one dial.
    ADD COLUMN dials_max integer CHECK (dials_max > 0),
    ADD COLUMN retry_no_answer boolean NOT NULL DEFAULT false,
    ADD COLUMN retry_busy boolean NOT NULL DEFAULT false,
    ADD COLUMN retry_wait_ms bigint NOT NULL DEFAULT 0,
    -- Null: as many as the dialer allows.
    ADD COLUMN concurrent_calls_max integer CHECK (concurrent_calls_max > 0),
    -- How the last dial went, of a call that is dialed again.
    ADD COLUMN untaken text CHECK (untaken IN ('no_answer', 'busy', 'declined')),
    ADD COLUMN rang boolean NOT NULL DEFAULT false,
    -- Another call rings there; this one is due when that is over.
    ADD COLUMN waits_for_line boolean NOT NULL DEFAULT false,
    -- The callee asked not to be called again.
    ADD COLUMN opted_out boolean NOT NULL DEFAULT false;

-- Each organization's queue, and what it has on the line: claimed, dialed, ringing or talking.
DROP INDEX calls_ready;
CREATE INDEX calls_queue ON calls (org_id, due_at) WHERE state = 'ready';
CREATE INDEX calls_claimed ON calls (org_id) WHERE state = 'ready' AND lease_until IS NOT NULL;
CREATE INDEX calls_on_line ON calls (org_id) WHERE state = 'dialing';
CREATE INDEX calls_line ON calls (from_number, to_number) WHERE state = 'ready' AND waits_for_line;
CREATE INDEX calls_latest ON calls (latest_at) WHERE state = 'ready' AND latest_at IS NOT NULL;
