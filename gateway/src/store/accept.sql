-- Keys are taken in one order, so that two batches never wait for each other.
WITH asked AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::boolean[],
        $9::text[], $10::timestamptz[], $11::timestamptz[], $12::bytea[], $13::uuid[], $14::text[], $15::text[],
        $16::text[], $17::text[], $18::bytea[], $19::text[], $20::timestamptz[])
    AS asked (call_id, org_id, workflow_id, mode, from_phone, recipient_phone, metadata, callback_wanted,
        trace_id, created_at, deadline, requested, requested_event, traceparent, tracestate,
        queued, idempotency_key, fingerprint, answer, expires_at)
), unwanted AS MATERIALIZED (
    SELECT call_id FROM asked WHERE EXISTS (
        SELECT FROM do_not_call WHERE do_not_call.org_id IN (asked.org_id, $22) AND number = asked.recipient_phone
    )
), wanted AS MATERIALIZED (
    SELECT * FROM asked WHERE call_id NOT IN (SELECT call_id FROM unwanted)
), claimed AS (
    INSERT INTO idempotency (org_id, idempotency_key, fingerprint, answer, expires_at)
    SELECT org_id, idempotency_key, fingerprint, answer, expires_at
    FROM wanted WHERE idempotency_key IS NOT NULL ORDER BY org_id, idempotency_key
    ON CONFLICT (org_id, idempotency_key) DO UPDATE
    SET fingerprint = excluded.fingerprint, answer = excluded.answer, expires_at = excluded.expires_at
    WHERE idempotency.expires_at <= $21
    RETURNING org_id, idempotency_key
), won AS MATERIALIZED (
    SELECT wanted.* FROM wanted LEFT JOIN claimed USING (org_id, idempotency_key)
    WHERE wanted.idempotency_key IS NULL OR claimed.idempotency_key IS NOT NULL
), call AS (
    INSERT INTO calls (call_id, org_id, workflow_id, mode, from_phone, recipient_phone, metadata, callback_wanted,
        trace_id, created_at, deadline, requested, requested_event, traceparent, tracestate, told_at, events)
    SELECT call_id, org_id, workflow_id, mode, from_phone, recipient_phone, metadata, callback_wanted,
        trace_id, created_at, deadline, requested, requested_event, traceparent, tracestate, created_at, 1
    FROM won
), event AS (
    INSERT INTO call_events (call_id, place, event_id, name, at, data)
    SELECT call_id, 1, requested_event, 'queued', created_at, queued FROM won
)
SELECT call_id, true AS kept FROM won UNION ALL SELECT call_id, false FROM unwanted
