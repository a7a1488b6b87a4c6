-- The call_status of the result, beside what lists are ordered by. Null until the call has ended.
ALTER TABLE calls ADD COLUMN call_status text CHECK (call_status IN ('success', 'not_picked_up', 'voicemail'));
UPDATE calls SET call_status = CASE results.outcome
        WHEN 'completed' THEN 'success' WHEN 'voicemail' THEN 'voicemail' ELSE 'not_picked_up' END
    FROM results WHERE results.call_id = calls.call_id;
CREATE INDEX calls_by_call_status ON calls (org_id, call_status, created_at DESC, call_id DESC)
    WHERE call_status IS NOT NULL;
-- Few calls are open, so that those of one status are found among them.
CREATE INDEX calls_open_of_org ON calls (org_id, created_at DESC, call_id DESC) WHERE status <> 'ended';
CREATE INDEX calls_to_phone ON calls (org_id, recipient_phone, created_at DESC, call_id DESC);
CREATE INDEX calls_of_workflow ON calls (org_id, workflow_id, created_at DESC, call_id DESC);
