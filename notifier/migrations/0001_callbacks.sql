-- Calls as they were accepted, so that their end can be told without asking anybody. Rows never change.
CREATE TABLE calls (
    call_id uuid PRIMARY KEY,
    org_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    metadata text,
    -- key id, nonce and ciphertext; the newest secret first
    signing_secrets text[] NOT NULL
);

-- Whom to tell about a call. Rows never change.
CREATE TABLE targets (
    -- Also the id of the delivery, so that there can be only one.
    delivery_id uuid PRIMARY KEY,
    call_id uuid NOT NULL REFERENCES calls,
    url text NOT NULL,
    bearer text
);
CREATE INDEX targets_of_call ON targets (call_id);

-- One result on its way to one target. Each attempt writes its row twice, so it is narrow and has few indexes.
CREATE TABLE deliveries (
    delivery_id uuid PRIMARY KEY,
    call_id uuid NOT NULL,
    org_id uuid NOT NULL,
    host text NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'delivered', 'exhausted')),
    due_at timestamptz NOT NULL,
    -- Somebody makes an attempt, and nobody else may until then. In no index, so that a claim costs little.
    leased_until timestamptz NOT NULL,
    -- Raised by each claim and each report, so that whoever lost his lease can't report.
    fence bigint NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    -- A redelivery begins a new round of the schedule.
    round_attempts integer NOT NULL DEFAULT 0,
    round_unlikely integer NOT NULL DEFAULT 0,
    round_ends_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX deliveries_due ON deliveries (due_at) WHERE state = 'waiting';
CREATE INDEX deliveries_exhausted ON deliveries (finished_at) WHERE state = 'exhausted';

-- What every attempt of a delivery sends. Rows never change.
CREATE TABLE letters (
    delivery_id uuid PRIMARY KEY,
    url text NOT NULL,
    bearer text,
    signing_secrets text[] NOT NULL,
    body bytea NOT NULL,
    traceparent text NOT NULL,
    tracestate text NOT NULL
);

CREATE TABLE attempts (
    delivery_id uuid NOT NULL,
    attempt integer NOT NULL,
    started_at timestamptz NOT NULL,
    took_millis integer NOT NULL,
    result text NOT NULL,
    http_status smallint,
    -- The first bytes of the answer.
    answer bytea NOT NULL,
    PRIMARY KEY (delivery_id, attempt)
);
