-- Each attempt to deliver a result, as the notifier told it. Rows never change.
CREATE TABLE callback_attempts (
    delivery_id uuid NOT NULL REFERENCES callbacks,
    attempt integer NOT NULL,
    -- Null: told by a version that did not say.
    started_at timestamptz,
    took_millis bigint NOT NULL,
    result text NOT NULL,
    http_status integer,
    -- The first characters of the answer.
    answer text NOT NULL,
    next_attempt_at timestamptz,
    PRIMARY KEY (delivery_id, attempt)
);

-- The registered receiver that a delivery is for. Null: the callback of the request.
ALTER TABLE callbacks ADD COLUMN webhook_id uuid;
