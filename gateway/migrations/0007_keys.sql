-- What a key may do; null is everything. The name is for people who have several.
ALTER TABLE keys ADD COLUMN name text;
ALTER TABLE keys ADD COLUMN scopes text[];
-- Null: the usual limit.
ALTER TABLE orgs ADD COLUMN requests_per_minute integer CHECK (requests_per_minute > 0);
ALTER TABLE orgs ADD COLUMN calls_at_once integer CHECK (calls_at_once > 0);

-- Each of these is looked up once for every call that is accepted, and holds by how rows are made: the organization is
-- that of a key, which refers to it, organizations are never deleted, and an event is written with its call or after it.
ALTER TABLE calls DROP CONSTRAINT calls_org_id_fkey;
ALTER TABLE idempotency DROP CONSTRAINT idempotency_org_id_fkey;
ALTER TABLE call_events DROP CONSTRAINT call_events_call_id_fkey;
-- calls_of_workflow serves for the first call of a workflow as well.
DROP INDEX calls_following;
