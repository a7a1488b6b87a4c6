-- Numbers that nobody of an organization may call. The organization that is all zeros stands for all of them.
CREATE TABLE do_not_call (
    org_id uuid NOT NULL,
    number text NOT NULL,
    -- Who put it here: a person by the API, the operator, or the callee who asked for it on the phone.
    source text NOT NULL CHECK (source IN ('api', 'operator', 'callee')),
    created_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, number)
);
