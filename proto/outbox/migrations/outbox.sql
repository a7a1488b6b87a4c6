-- Facts that are committed and not yet known to be published. A row lives for milliseconds, unless the server is away.
CREATE TABLE IF NOT EXISTS outbox (
    event_id    uuid PRIMARY KEY,
    kind        text NOT NULL,
    call_id     uuid NOT NULL,
    payload     bytea NOT NULL,
    traceparent text NOT NULL,
    tracestate  text NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- Until then somebody else sends it: the one who committed it, or the relay that took it.
    due_at      timestamptz NOT NULL,
    attempts    integer NOT NULL DEFAULT 0
) WITH (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);

CREATE INDEX IF NOT EXISTS outbox_due ON outbox (due_at);
