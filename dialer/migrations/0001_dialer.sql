-- Calls in hand. A row is made by the first fact that is heard of a call, and is the only source of its call.ended.
CREATE TABLE calls (
    call_id uuid PRIMARY KEY,
    org_id uuid NOT NULL,
    mode text NOT NULL CHECK (mode IN ('live', 'test')),
    from_number text NOT NULL,
    to_number text NOT NULL,
    workflow_id uuid NOT NULL,
    -- Null: the call ended without ever being planned.
    workflow bytea,
    deadline timestamptz NOT NULL,
    max_duration_ms bigint NOT NULL,
    traceparent text NOT NULL,
    tracestate text NOT NULL,
    state text NOT NULL CHECK (state IN ('ready', 'dialing', 'ended')),
    -- The fence: who takes the call over raises it, and what carries an older one is refused.
    epoch bigint NOT NULL DEFAULT 0,
    owner uuid,
    lease_until timestamptz,
    -- Not dialed before.
    due_at timestamptz NOT NULL DEFAULT now(),
    -- Since when somebody wants it over, and why.
    cancel_reason text CHECK (cancel_reason IN ('caller', 'deadline')),
    -- The rank of the last status that was told: facts go only forward.
    told smallint NOT NULL DEFAULT 0,
    answered_at timestamptz,
    -- How the conversation ended, once our side has ended it; the carrier has yet to confirm.
    conversation text,
    disclosure_index integer,
    disclosure_offset_ms bigint,
    outcome text,
    created_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    CHECK (state = 'ended' OR workflow IS NOT NULL),
    CHECK ((state = 'ended') = (outcome IS NOT NULL))
);

CREATE INDEX calls_ready ON calls (due_at) WHERE state = 'ready';
CREATE INDEX calls_deadline ON calls (deadline) WHERE state <> 'ended';

CREATE TABLE attempts (
    attempt_id uuid PRIMARY KEY,
    call_id uuid NOT NULL REFERENCES calls,
    -- Counts from 1.
    number integer NOT NULL,
    epoch bigint NOT NULL,
    account text NOT NULL,
    from_number text NOT NULL,
    to_number text NOT NULL,
    state text NOT NULL CHECK (state IN (
        'intent', 'dialing', 'unknown', 'placed', 'answered', 'ended', 'rejected', 'not_placed', 'outcome_unknown')),
    -- The carrier's name for it.
    leg text,
    -- How often the request certainly did not reach the carrier.
    unsent integer NOT NULL DEFAULT 0,
    -- How often the carrier was asked for it and knew nothing.
    missed integer NOT NULL DEFAULT 0,
    sent_at timestamptz,
    rang boolean NOT NULL DEFAULT false,
    answered_by text CHECK (answered_by IN ('human', 'machine', 'machine_ready', 'unclear')),
    -- When to ask the carrier, if it has said nothing by then.
    check_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    CHECK (state NOT IN ('placed', 'answered') OR leg IS NOT NULL),
    CHECK (state NOT IN ('dialing', 'unknown') OR sent_at IS NOT NULL)
);

-- One phone is dialed at most once at a time for a call, and from one number at most once at a time for all calls.
CREATE UNIQUE INDEX attempts_live_call ON attempts (call_id)
    WHERE state IN ('intent', 'dialing', 'unknown', 'placed', 'answered');
CREATE UNIQUE INDEX attempts_live_line ON attempts (account, from_number, to_number)
    WHERE state IN ('intent', 'dialing', 'unknown', 'placed', 'answered');
CREATE INDEX attempts_check ON attempts (check_at)
    WHERE state IN ('dialing', 'unknown', 'placed', 'answered');
CREATE INDEX attempts_call ON attempts (call_id, number);

CREATE TABLE turns (
    call_id uuid NOT NULL REFERENCES calls,
    index integer NOT NULL,
    role text NOT NULL CHECK (role IN ('assistant', 'user')),
    content text NOT NULL,
    offset_ms bigint NOT NULL,
    PRIMARY KEY (call_id, index)
);

CREATE TABLE fills (
    call_id uuid NOT NULL REFERENCES calls,
    place integer NOT NULL,
    field text NOT NULL,
    question text NOT NULL,
    verdict text NOT NULL CHECK (verdict IN ('answered', 'declined', 'asked', 'not_asked')),
    -- JSON, only for an answer.
    value jsonb,
    quote text,
    message_index integer,
    PRIMARY KEY (call_id, field),
    CHECK ((verdict = 'answered') = (value IS NOT NULL)),
    CHECK ((verdict IN ('answered', 'declined')) = (quote IS NOT NULL AND message_index IS NOT NULL))
);

-- Who asked an organization to call no more. Simulated people can't speak for real ones, hence the mode.
CREATE TABLE do_not_call (
    org_id uuid NOT NULL,
    mode text NOT NULL,
    number text NOT NULL,
    call_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, mode, number)
);
