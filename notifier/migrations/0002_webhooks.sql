-- Receivers that are told of every call of a workflow. A row without a URL was deleted before we heard of it.
CREATE TABLE webhooks (
    webhook_id uuid PRIMARY KEY,
    workflow_id uuid NOT NULL,
    url text,
    created_at timestamptz,
    deleted_at timestamptz
);
CREATE INDEX webhooks_of_workflow ON webhooks (workflow_id) WHERE deleted_at IS NULL;

-- What a webhook is told of whom we called.
ALTER TABLE calls ADD COLUMN recipient_name text, ADD COLUMN recipient_email text;

-- Null: the callback of the request.
ALTER TABLE targets ADD COLUMN webhook_id uuid;
ALTER TABLE deliveries ADD COLUMN webhook_id uuid;

-- The request for a redelivery that began the round, so that it begins one round however often it is heard.
ALTER TABLE deliveries ADD COLUMN redelivery_event uuid;
