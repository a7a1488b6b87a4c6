CREATE TABLE orgs (
    org_id uuid PRIMARY KEY,
    name text NOT NULL,
    created_at timestamptz NOT NULL
);

-- Standard Webhooks secrets, sealed about the id of their organization. Several are valid while one is rotated.
CREATE TABLE signing_secrets (
    org_id uuid NOT NULL REFERENCES orgs,
    created_at timestamptz NOT NULL,
    seal_key_id text NOT NULL,
    nonce bytea NOT NULL,
    ciphertext bytea NOT NULL,
    PRIMARY KEY (org_id, created_at)
);

CREATE TABLE keys (
    key_id uuid PRIMARY KEY,
    org_id uuid NOT NULL REFERENCES orgs,
    -- A key has 190 random bits, so that its plain digest tells nothing about it.
    sha256 bytea NOT NULL UNIQUE,
    mode text NOT NULL CHECK (mode IN ('live', 'test')),
    -- The last four characters, for people who have several.
    ending text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz
);
CREATE INDEX keys_of_org ON keys (org_id);

-- The numbers that an organization may call from; the oldest is its usual one.
CREATE TABLE numbers (
    org_id uuid NOT NULL REFERENCES orgs,
    number text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, number)
);

CREATE TABLE calls (
    call_id uuid PRIMARY KEY,
    org_id uuid NOT NULL REFERENCES orgs,
    workflow_id uuid NOT NULL,
    mode text NOT NULL CHECK (mode IN ('live', 'test')),
    from_phone text NOT NULL,
    recipient_phone text NOT NULL,
    -- The JSON object of the request, as text: what was sent comes back.
    metadata text,
    callback_wanted boolean NOT NULL,
    trace_id text,
    created_at timestamptz NOT NULL,
    deadline timestamptz NOT NULL,

    -- The rest is the read model. The status only moves forward; the times are those of the facts.
    status text NOT NULL DEFAULT 'queued'
        CHECK (status IN ('queued', 'planning', 'dialing', 'ringing', 'in_progress', 'ended')),
    planned_at timestamptz,
    dialing_at timestamptz,
    ringing_at timestamptz,
    answered_at timestamptz,
    ended_at timestamptz,
    dial_attempts integer NOT NULL DEFAULT 0,
    -- How many messages of the conversation we were told, and how many rows of call_events there are.
    turns integer NOT NULL DEFAULT 0,
    events integer NOT NULL DEFAULT 0,
    cancel_requested_at timestamptz,

    -- For the sweep. The fact that was told at the accept, whole, until somebody has worked on it: it holds the prompt.
    requested bytea,
    requested_event uuid NOT NULL,
    traceparent text NOT NULL,
    tracestate text NOT NULL,
    told_at timestamptz NOT NULL,
    deadline_told_at timestamptz
) WITH (fillfactor = 80);
CREATE INDEX calls_of_org ON calls (org_id, created_at DESC, call_id DESC);
CREATE INDEX calls_queued ON calls (told_at) WHERE status = 'queued';
CREATE INDEX calls_open ON calls (deadline) WHERE status <> 'ended';

-- How a call ended. Columns that hold JSON are text, because jsonb refuses some characters that people may have said.
CREATE TABLE results (
    call_id uuid PRIMARY KEY REFERENCES calls,
    outcome text NOT NULL
        CHECK (outcome IN ('completed', 'no_answer', 'busy', 'failed', 'canceled', 'voicemail')),
    failure text,
    summary text NOT NULL,
    messages text NOT NULL,
    form_fills text NOT NULL,
    duration_millis bigint NOT NULL,
    disclosure text
);

-- A result on its way to a receiver, as far as we were told.
CREATE TABLE callbacks (
    delivery_id uuid PRIMARY KEY,
    call_id uuid NOT NULL REFERENCES calls,
    state text NOT NULL CHECK (state IN ('pending', 'delivered', 'exhausted')),
    attempts integer NOT NULL,
    -- Of the latest attempt that we were told about.
    result text,
    http_status integer,
    took_millis bigint,
    next_attempt_at timestamptz
);
CREATE INDEX callbacks_of_call ON callbacks (call_id);

-- What a client may watch, in the order in which we were told.
CREATE TABLE call_events (
    call_id uuid NOT NULL REFERENCES calls,
    -- Counts from 1 in each call.
    place integer NOT NULL,
    event_id uuid NOT NULL UNIQUE,
    name text NOT NULL
        CHECK (name IN ('queued', 'planned', 'dialing', 'ringing', 'answered', 'turn', 'ended', 'callback')),
    at timestamptz NOT NULL,
    data text NOT NULL,
    PRIMARY KEY (call_id, place)
);

CREATE TABLE workflows (
    workflow_id uuid PRIMARY KEY,
    org_id uuid NOT NULL REFERENCES orgs,
    name text NOT NULL,
    planner text NOT NULL,
    -- The workflow as it is on the wire.
    workflow bytea NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX workflows_of_org ON workflows (org_id, created_at DESC, workflow_id DESC);

-- The first answer to a request, for whoever asks the same again.
CREATE TABLE idempotency (
    org_id uuid NOT NULL REFERENCES orgs,
    idempotency_key text NOT NULL,
    fingerprint bytea NOT NULL,
    answer text NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, idempotency_key)
);
CREATE INDEX idempotency_expired ON idempotency (expires_at);

-- Facts that a service could not handle, for people to look at.
CREATE TABLE dead_letters (
    dead_letter_id text PRIMARY KEY,
    consumer text NOT NULL,
    reason text NOT NULL,
    deliveries bigint NOT NULL,
    kind text,
    event_id uuid,
    call_id uuid,
    traceparent text NOT NULL,
    tracestate text NOT NULL,
    payload bytea NOT NULL,
    buried_at timestamptz NOT NULL
);
CREATE INDEX dead_letters_of_call ON dead_letters (call_id);
