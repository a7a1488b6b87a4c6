-- Receivers of the results of all calls of a workflow.
CREATE TABLE webhooks (
    webhook_id uuid PRIMARY KEY,
    org_id uuid NOT NULL REFERENCES orgs,
    workflow_id uuid NOT NULL,
    -- The call that the workflow was made for; facts about the webhook name it.
    call_id uuid NOT NULL,
    url text NOT NULL,
    name text,
    created_at timestamptz NOT NULL
);
-- One webhook for each URL. A URL may be longer than an index takes.
CREATE UNIQUE INDEX webhooks_of_workflow ON webhooks (workflow_id, md5(url));
CREATE INDEX webhooks_of_org ON webhooks (org_id, created_at DESC, webhook_id DESC);

-- The call that a workflow was made for is the first one that follows it.
CREATE INDEX calls_following ON calls (workflow_id, created_at);
