CREATE SCHEMA dialer;
CREATE SCHEMA gateway;
CREATE SCHEMA notifier;
CREATE TABLE dialer._sqlx_migrations (
    version bigint NOT NULL,
    description text NOT NULL,
    installed_on timestamp with time zone DEFAULT now() NOT NULL,
    success boolean NOT NULL,
    checksum bytea NOT NULL,
    execution_time bigint NOT NULL
);
CREATE TABLE dialer.attempts (
    attempt_id uuid NOT NULL,
    call_id uuid NOT NULL,
    number integer NOT NULL,
    epoch bigint NOT NULL,
    account text NOT NULL,
    from_number text NOT NULL,
    to_number text NOT NULL,
    state text NOT NULL,
    leg text,
    unsent integer DEFAULT 0 NOT NULL,
    missed integer DEFAULT 0 NOT NULL,
    sent_at timestamp with time zone,
    rang boolean DEFAULT false NOT NULL,
    answered_by text,
    check_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT attempts_answered_by_check CHECK ((answered_by = ANY (ARRAY['human'::text, 'machine'::text, 'machine_ready'::text, 'unclear'::text]))),
    CONSTRAINT attempts_check CHECK (((state <> ALL (ARRAY['placed'::text, 'answered'::text])) OR (leg IS NOT NULL))),
    CONSTRAINT attempts_check1 CHECK (((state <> ALL (ARRAY['dialing'::text, 'unknown'::text])) OR (sent_at IS NOT NULL))),
    CONSTRAINT attempts_state_check CHECK ((state = ANY (ARRAY['intent'::text, 'dialing'::text, 'unknown'::text, 'placed'::text, 'answered'::text, 'ended'::text, 'rejected'::text, 'not_placed'::text, 'outcome_unknown'::text])))
);
CREATE TABLE dialer.calls (
    call_id uuid NOT NULL,
    org_id uuid NOT NULL,
    mode text NOT NULL,
    from_number text NOT NULL,
    to_number text NOT NULL,
    workflow_id uuid NOT NULL,
    workflow bytea,
    deadline timestamp with time zone NOT NULL,
    max_duration_ms bigint NOT NULL,
    traceparent text NOT NULL,
    tracestate text NOT NULL,
    state text NOT NULL,
    epoch bigint DEFAULT 0 NOT NULL,
    owner uuid,
    lease_until timestamp with time zone,
    due_at timestamp with time zone DEFAULT now() NOT NULL,
    cancel_reason text,
    told smallint DEFAULT 0 NOT NULL,
    answered_at timestamp with time zone,
    conversation text,
    disclosure_index integer,
    disclosure_offset_ms bigint,
    outcome text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    ended_at timestamp with time zone,
    earliest_at timestamp with time zone,
    latest_at timestamp with time zone,
    dials_max integer,
    retry_no_answer boolean DEFAULT false NOT NULL,
    retry_busy boolean DEFAULT false NOT NULL,
    retry_wait_ms bigint DEFAULT 0 NOT NULL,
    concurrent_calls_max integer,
    untaken text,
    rang boolean DEFAULT false NOT NULL,
    waits_for_line boolean DEFAULT false NOT NULL,
    opted_out boolean DEFAULT false NOT NULL,
    CONSTRAINT calls_cancel_reason_check CHECK ((cancel_reason = ANY (ARRAY['caller'::text, 'deadline'::text]))),
    CONSTRAINT calls_check CHECK (((state = 'ended'::text) OR (workflow IS NOT NULL))),
    CONSTRAINT calls_check1 CHECK (((state = 'ended'::text) = (outcome IS NOT NULL))),
    CONSTRAINT calls_concurrent_calls_max_check CHECK ((concurrent_calls_max > 0)),
    CONSTRAINT calls_dials_max_check CHECK ((dials_max > 0)),
    CONSTRAINT calls_mode_check CHECK ((mode = ANY (ARRAY['live'::text, 'test'::text]))),
    CONSTRAINT calls_state_check CHECK ((state = ANY (ARRAY['ready'::text, 'dialing'::text, 'ended'::text]))),
    CONSTRAINT calls_untaken_check CHECK ((untaken = ANY (ARRAY['no_answer'::text, 'busy'::text, 'declined'::text])))
);
CREATE TABLE dialer.do_not_call (
    org_id uuid NOT NULL,
    mode text NOT NULL,
    number text NOT NULL,
    call_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE dialer.fills (
    call_id uuid NOT NULL,
    place integer NOT NULL,
    field text NOT NULL,
    question text NOT NULL,
    verdict text NOT NULL,
    value jsonb,
    quote text,
    message_index integer,
    CONSTRAINT fills_check CHECK (((verdict = 'answered'::text) = (value IS NOT NULL))),
    CONSTRAINT fills_check1 CHECK (((verdict = ANY (ARRAY['answered'::text, 'declined'::text])) = ((quote IS NOT NULL) AND (message_index IS NOT NULL)))),
    CONSTRAINT fills_verdict_check CHECK ((verdict = ANY (ARRAY['answered'::text, 'declined'::text, 'asked'::text, 'not_asked'::text])))
);
CREATE TABLE dialer.outbox (
    event_id uuid NOT NULL,
    kind text NOT NULL,
    call_id uuid NOT NULL,
    payload bytea NOT NULL,
    traceparent text NOT NULL,
    tracestate text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    due_at timestamp with time zone NOT NULL,
    attempts integer DEFAULT 0 NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0.01', autovacuum_vacuum_threshold='1000');
CREATE TABLE dialer.turns (
    call_id uuid NOT NULL,
    index integer NOT NULL,
    role text NOT NULL,
    content text NOT NULL,
    offset_ms bigint NOT NULL,
    CONSTRAINT turns_role_check CHECK ((role = ANY (ARRAY['assistant'::text, 'user'::text])))
);
CREATE TABLE gateway._sqlx_migrations (
    version bigint NOT NULL,
    description text NOT NULL,
    installed_on timestamp with time zone DEFAULT now() NOT NULL,
    success boolean NOT NULL,
    checksum bytea NOT NULL,
    execution_time bigint NOT NULL
);
CREATE TABLE gateway.call_events (
    call_id uuid NOT NULL,
    place integer NOT NULL,
    event_id uuid NOT NULL,
    name text NOT NULL,
    at timestamp with time zone NOT NULL,
    data text NOT NULL,
    CONSTRAINT call_events_name_check CHECK ((name = ANY (ARRAY['queued'::text, 'planned'::text, 'dialing'::text, 'ringing'::text, 'answered'::text, 'turn'::text, 'ended'::text, 'callback'::text])))
);
CREATE TABLE gateway.callback_attempts (
    delivery_id uuid NOT NULL,
    attempt integer NOT NULL,
    started_at timestamp with time zone,
    took_millis bigint NOT NULL,
    result text NOT NULL,
    http_status integer,
    answer text NOT NULL,
    next_attempt_at timestamp with time zone
);
CREATE TABLE gateway.callbacks (
    delivery_id uuid NOT NULL,
    call_id uuid NOT NULL,
    state text NOT NULL,
    attempts integer NOT NULL,
    result text,
    http_status integer,
    took_millis bigint,
    next_attempt_at timestamp with time zone,
    webhook_id uuid,
    CONSTRAINT callbacks_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'delivered'::text, 'exhausted'::text])))
);
CREATE TABLE gateway.calls (
    call_id uuid NOT NULL,
    org_id uuid NOT NULL,
    workflow_id uuid NOT NULL,
    mode text NOT NULL,
    from_phone text NOT NULL,
    recipient_phone text NOT NULL,
    metadata text,
    callback_wanted boolean NOT NULL,
    trace_id text,
    created_at timestamp with time zone NOT NULL,
    deadline timestamp with time zone NOT NULL,
    status text DEFAULT 'queued'::text NOT NULL,
    planned_at timestamp with time zone,
    dialing_at timestamp with time zone,
    ringing_at timestamp with time zone,
    answered_at timestamp with time zone,
    ended_at timestamp with time zone,
    dial_attempts integer DEFAULT 0 NOT NULL,
    turns integer DEFAULT 0 NOT NULL,
    events integer DEFAULT 0 NOT NULL,
    cancel_requested_at timestamp with time zone,
    requested bytea,
    requested_event uuid NOT NULL,
    traceparent text NOT NULL,
    tracestate text NOT NULL,
    told_at timestamp with time zone NOT NULL,
    deadline_told_at timestamp with time zone,
    call_status text,
    CONSTRAINT calls_call_status_check CHECK ((call_status = ANY (ARRAY['success'::text, 'not_picked_up'::text, 'voicemail'::text]))),
    CONSTRAINT calls_mode_check CHECK ((mode = ANY (ARRAY['live'::text, 'test'::text]))),
    CONSTRAINT calls_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'planning'::text, 'dialing'::text, 'ringing'::text, 'in_progress'::text, 'ended'::text])))
)
WITH (fillfactor='80');
CREATE TABLE gateway.dead_letters (
    dead_letter_id text NOT NULL,
    consumer text NOT NULL,
    reason text NOT NULL,
    deliveries bigint NOT NULL,
    kind text,
    event_id uuid,
    call_id uuid,
    traceparent text NOT NULL,
    tracestate text NOT NULL,
    payload bytea NOT NULL,
    buried_at timestamp with time zone NOT NULL
);
CREATE TABLE gateway.do_not_call (
    org_id uuid NOT NULL,
    number text NOT NULL,
    source text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT do_not_call_source_check CHECK ((source = ANY (ARRAY['api'::text, 'operator'::text, 'callee'::text])))
);
CREATE TABLE gateway.idempotency (
    org_id uuid NOT NULL,
    idempotency_key text NOT NULL,
    fingerprint bytea NOT NULL,
    answer text NOT NULL,
    expires_at timestamp with time zone NOT NULL
);
CREATE TABLE gateway.keys (
    key_id uuid NOT NULL,
    org_id uuid NOT NULL,
    sha256 bytea NOT NULL,
    mode text NOT NULL,
    ending text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    name text,
    scopes text[],
    CONSTRAINT keys_mode_check CHECK ((mode = ANY (ARRAY['live'::text, 'test'::text])))
);
CREATE TABLE gateway.numbers (
    org_id uuid NOT NULL,
    number text NOT NULL,
    created_at timestamp with time zone NOT NULL
);
CREATE TABLE gateway.orgs (
    org_id uuid NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    requests_per_minute integer,
    calls_at_once integer,
    CONSTRAINT orgs_calls_at_once_check CHECK ((calls_at_once > 0)),
    CONSTRAINT orgs_requests_per_minute_check CHECK ((requests_per_minute > 0))
);
CREATE TABLE gateway.outbox (
    event_id uuid NOT NULL,
    kind text NOT NULL,
    call_id uuid NOT NULL,
    payload bytea NOT NULL,
    traceparent text NOT NULL,
    tracestate text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    due_at timestamp with time zone NOT NULL,
    attempts integer DEFAULT 0 NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0.01', autovacuum_vacuum_threshold='1000');
CREATE TABLE gateway.results (
    call_id uuid NOT NULL,
    outcome text NOT NULL,
    failure text,
    summary text NOT NULL,
    messages text NOT NULL,
    form_fills text NOT NULL,
    duration_millis bigint NOT NULL,
    disclosure text,
    CONSTRAINT results_outcome_check CHECK ((outcome = ANY (ARRAY['completed'::text, 'no_answer'::text, 'busy'::text, 'failed'::text, 'canceled'::text, 'voicemail'::text])))
);
CREATE TABLE gateway.signing_secrets (
    org_id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    seal_key_id text NOT NULL,
    nonce bytea NOT NULL,
    ciphertext bytea NOT NULL
);
CREATE TABLE gateway.webhooks (
    webhook_id uuid NOT NULL,
    org_id uuid NOT NULL,
    workflow_id uuid NOT NULL,
    call_id uuid NOT NULL,
    url text NOT NULL,
    name text,
    created_at timestamp with time zone NOT NULL
);
CREATE TABLE gateway.workflows (
    workflow_id uuid NOT NULL,
    org_id uuid NOT NULL,
    name text NOT NULL,
    planner text NOT NULL,
    workflow bytea NOT NULL,
    created_at timestamp with time zone NOT NULL
);
CREATE TABLE notifier._sqlx_migrations (
    version bigint NOT NULL,
    description text NOT NULL,
    installed_on timestamp with time zone DEFAULT now() NOT NULL,
    success boolean NOT NULL,
    checksum bytea NOT NULL,
    execution_time bigint NOT NULL
);
CREATE TABLE notifier.attempts (
    delivery_id uuid NOT NULL,
    attempt integer NOT NULL,
    started_at timestamp with time zone NOT NULL,
    took_millis integer NOT NULL,
    result text NOT NULL,
    http_status smallint,
    answer bytea NOT NULL
);
CREATE TABLE notifier.calls (
    call_id uuid NOT NULL,
    org_id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    metadata text,
    signing_secrets text[] NOT NULL,
    recipient_name text,
    recipient_email text
);
CREATE TABLE notifier.deliveries (
    delivery_id uuid NOT NULL,
    call_id uuid NOT NULL,
    org_id uuid NOT NULL,
    host text NOT NULL,
    state text NOT NULL,
    due_at timestamp with time zone NOT NULL,
    leased_until timestamp with time zone NOT NULL,
    fence bigint NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    round_attempts integer DEFAULT 0 NOT NULL,
    round_unlikely integer DEFAULT 0 NOT NULL,
    round_ends_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    webhook_id uuid,
    redelivery_event uuid,
    CONSTRAINT deliveries_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'delivered'::text, 'exhausted'::text])))
)
WITH (autovacuum_vacuum_scale_factor='0.02', fillfactor='45');
CREATE TABLE notifier.letters (
    delivery_id uuid NOT NULL,
    url text NOT NULL,
    bearer text,
    signing_secrets text[] NOT NULL,
    body bytea NOT NULL,
    traceparent text NOT NULL,
    tracestate text NOT NULL
);
CREATE TABLE notifier.outbox (
    event_id uuid NOT NULL,
    kind text NOT NULL,
    call_id uuid NOT NULL,
    payload bytea NOT NULL,
    traceparent text NOT NULL,
    tracestate text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    due_at timestamp with time zone NOT NULL,
    attempts integer DEFAULT 0 NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0.01', autovacuum_vacuum_threshold='1000');
CREATE TABLE notifier.targets (
    delivery_id uuid NOT NULL,
    call_id uuid NOT NULL,
    url text NOT NULL,
    bearer text,
    webhook_id uuid
);
CREATE TABLE notifier.webhooks (
    webhook_id uuid NOT NULL,
    workflow_id uuid NOT NULL,
    url text,
    created_at timestamp with time zone,
    deleted_at timestamp with time zone
);
INSERT INTO dialer._sqlx_migrations VALUES (1, 'dialer', '2026-11-25 14:01:33.995117+00', true, '\xf1fcecf131c0d688da845079fdedd882d6bd37677e22e5ff54f74b81834dd79fcba7c17a431aebbdb2167c4f1c9e097d', 67669975);
INSERT INTO dialer._sqlx_migrations VALUES (2, 'terms', '2026-11-25 14:01:34.069172+00', true, '\xa92a8c2611a118092093e66ca01caebb2cc9e30c0331396b5852caf29145903c6bb3ee799508d3b73b540e169bfaf01a', 14988095);
INSERT INTO dialer.attempts VALUES ('01a21303-67bd-754c-859e-5b3d90a8c3e6', '01a21303-4b53-78ae-aa6d-556f74db099d', 1, 1, 'AC5e11fa57c0ffee00c0ffee00c0ffee00', '+14155550199', '+14155550100', 'ended', 'CA5096bff6a32b3d277e434f398679dae9', 0, 0, '2026-11-25 14:02:00.015387+00', true, 'human', '2026-11-25 14:02:06.85948+00', '2026-11-25 14:01:59.992044+00');
INSERT INTO dialer.attempts VALUES ('01a21303-7d84-705d-804b-35c5202ad811', '01a21303-7cdd-7cf4-b253-c111b3066d92', 1, 1, 'AC5e11fa57c0ffee00c0ffee00c0ffee00', '+14155550199', '+14155550100', 'ended', 'CAac3e93861c3ac53ab8e78a9e47d28095', 0, 0, '2026-11-25 14:02:05.595811+00', true, 'human', '2026-11-25 14:02:10.276849+00', '2026-11-25 14:02:05.567757+00');
INSERT INTO dialer.attempts VALUES ('01a21303-90cf-7d3b-b71a-4d9620fc0d26', '01a21303-8970-7317-8328-19bf953a5db6', 1, 2, 'AC5e11fa57c0ffee00c0ffee00c0ffee00', '+14155550199', '+14155550100', 'ended', 'CA891ab96c9095f3c30df0030c0d2c1439', 1, 0, '2026-11-25 14:02:12.314831+00', true, 'human', '2026-11-25 14:02:18.356677+00', '2026-11-25 14:02:10.160012+00');
INSERT INTO dialer.calls VALUES ('01a21303-4b53-78ae-aa6d-556f74db099d', '01a21303-3288-7a84-9e5b-bed7cb293ff1', 'test', '+14155550199', '+14155550100', '01a21303-4b53-7209-8668-694d9df39e02', '\x0a0c426f6f6b2061207461626c651257426f6f6b20612064696e6e6572207265736572766174696f6e206174204f6c6976652047617264656e20666f72204672696461792037706d2c207061727479206f6620322c20756e646572204a6f7368204d696c6c65721a05656e2d5553220b4a6f7368204d696c6c65722a0c4f6c6976652047617264656e3258492764206c696b6520746f20626f6f6b20612064696e6e6572207265736572766174696f6e20666f722032206f6e204672696461792061742037706d20756e64657220746865206e616d65204a6f7368204d696c6c65722e3a130a046e616d65120b4a6f7368204d696c6c65723a1b0a0d6461746520616e642074696d65120a4672696461792037706d3a0f0a0a70617274792073697a6512013242420a0f7461626c655f617661696c61626c65122b446f20796f7520686176652061207461626c6520666f722032206f6e204672696461792061742037706d3f1803280142380a06626f6f6b6564122a436f756c6420796f7520626f6f6b20697420666f72204a6f7368204d696c6c65722c20706c656173653f1803280142380a13636f6e6669726d6174696f6e5f6e756d626572121f4973207468657265206120636f6e6669726d6174696f6e206e756d6265723f180142350a10616c7465726e61746976655f74696d65121d57686174206f746865722074696d657320646f20796f7520686176653f180128014a520a17636f6e6669726d5f7461626c655f617661696c61626c6522370a0f7461626c655f617661696c61626c65120e636f6e6669726d5f626f6f6b65641a1461736b5f616c7465726e61746976655f74696d654a310a1461736b5f616c7465726e61746976655f74696d651a190a10616c7465726e61746976655f74696d651205636c6f73654a3a0a0e636f6e6669726d5f626f6f6b656422280a06626f6f6b6564121761736b5f636f6e6669726d6174696f6e5f6e756d6265721a05636c6f73654a370a1761736b5f636f6e6669726d6174696f6e5f6e756d6265721a1c0a13636f6e6669726d6174696f6e5f6e756d6265721205636c6f73654a3a0a05636c6f73652a310a2f5468617420697320616c6c2049206e65656465642e20486176652061206e696365206461792e20476f6f646279652e5217636f6e6669726d5f7461626c655f617661696c61626c655a00', '2026-11-25 15:01:52.723155+00', 600000, '00-dbf6cc8bbbdc2073146fb07d8199c3a4-943b82095d7d6adc-01', '', 'ended', 2, 'c0f0f850-6fc3-8ac2-214b-d9f2be2e62d5', NULL, '2026-11-25 14:01:59.831137+00', NULL, 3, '2026-11-25 14:02:00.297+00', 'closed', 1, 248, 'completed', '2026-11-25 14:01:59.831137+00', '2026-11-25 14:02:05.2549+00', NULL, NULL, NULL, false, false, 0, NULL, NULL, false, false, false);
INSERT INTO dialer.calls VALUES ('01a21303-7cdd-7cf4-b253-c111b3066d92', '01a21303-3288-7a84-9e5b-bed7cb293ff1', 'test', '+14155550199', '+14155550100', '01a21303-4b53-7209-8668-694d9df39e02', '\x0a0c426f6f6b2061207461626c651257426f6f6b20612064696e6e6572207265736572766174696f6e206174204f6c6976652047617264656e20666f72204672696461792037706d2c207061727479206f6620322c20756e646572204a6f7368204d696c6c65721a05656e2d5553220b4a6f7368204d696c6c65722a084a616e6520446f653258492764206c696b6520746f20626f6f6b20612064696e6e6572207265736572766174696f6e20666f722032206f6e204672696461792061742037706d20756e64657220746865206e616d65204a6f7368204d696c6c65722e3a130a046e616d65120b4a6f7368204d696c6c65723a1b0a0d6461746520616e642074696d65120a4672696461792037706d3a0f0a0a70617274792073697a651201323a1c0a0961626f757420796f75120f4120726567756c617220677565737442420a0f7461626c655f617661696c61626c65122b446f20796f7520686176652061207461626c6520666f722032206f6e204672696461792061742037706d3f1803280142380a06626f6f6b6564122a436f756c6420796f7520626f6f6b20697420666f72204a6f7368204d696c6c65722c20706c656173653f1803280142380a13636f6e6669726d6174696f6e5f6e756d626572121f4973207468657265206120636f6e6669726d6174696f6e206e756d6265723f180142350a10616c7465726e61746976655f74696d65121d57686174206f746865722074696d657320646f20796f7520686176653f180128014a520a17636f6e6669726d5f7461626c655f617661696c61626c6522370a0f7461626c655f617661696c61626c65120e636f6e6669726d5f626f6f6b65641a1461736b5f616c7465726e61746976655f74696d654a310a1461736b5f616c7465726e61746976655f74696d651a190a10616c7465726e61746976655f74696d651205636c6f73654a3a0a0e636f6e6669726d5f626f6f6b656422280a06626f6f6b6564121761736b5f636f6e6669726d6174696f6e5f6e756d6265721a05636c6f73654a370a1761736b5f636f6e6669726d6174696f6e5f6e756d6265721a1c0a13636f6e6669726d6174696f6e5f6e756d6265721205636c6f73654a3a0a05636c6f73652a310a2f5468617420697320616c6c2049206e65656465642e20486176652061206e696365206461792e20476f6f646279652e5217636f6e6669726d5f7461626c655f617661696c61626c655a00', '2026-11-25 15:02:05.405042+00', 600000, '00-67888fc97e7eabd944b2d2090d8fcfdd-6f38e85f3139eac3-01', '', 'ended', 2, 'c0f0f850-6fc3-8ac2-214b-d9f2be2e62d5', NULL, '2026-11-25 14:02:05.554543+00', NULL, 3, '2026-11-25 14:02:05.897413+00', 'closed', 1, 230, 'completed', '2026-11-25 14:02:05.554543+00', '2026-11-25 14:02:08.460603+00', NULL, NULL, NULL, false, false, 0, NULL, NULL, false, false, false);
INSERT INTO dialer.calls VALUES ('01a21303-8970-7317-8328-19bf953a5db6', '01a21303-3288-7a84-9e5b-bed7cb293ff1', 'test', '+14155550199', '+14155550100', '01a21303-4b53-7209-8668-694d9df39e02', '\x0a0c426f6f6b2061207461626c651257426f6f6b20612064696e6e6572207265736572766174696f6e206174204f6c6976652047617264656e20666f72204672696461792037706d2c207061727479206f6620322c20756e646572204a6f7368204d696c6c65721a05656e2d5553220b4a6f7368204d696c6c65722a0c4f6c6976652047617264656e3258492764206c696b6520746f20626f6f6b20612064696e6e6572207265736572766174696f6e20666f722032206f6e204672696461792061742037706d20756e64657220746865206e616d65204a6f7368204d696c6c65722e3a130a046e616d65120b4a6f7368204d696c6c65723a1b0a0d6461746520616e642074696d65120a4672696461792037706d3a0f0a0a70617274792073697a6512013242420a0f7461626c655f617661696c61626c65122b446f20796f7520686176652061207461626c6520666f722032206f6e204672696461792061742037706d3f1803280142380a06626f6f6b6564122a436f756c6420796f7520626f6f6b20697420666f72204a6f7368204d696c6c65722c20706c656173653f1803280142380a13636f6e6669726d6174696f6e5f6e756d626572121f4973207468657265206120636f6e6669726d6174696f6e206e756d6265723f180142350a10616c7465726e61746976655f74696d65121d57686174206f746865722074696d657320646f20796f7520686176653f180128014a520a17636f6e6669726d5f7461626c655f617661696c61626c6522370a0f7461626c655f617661696c61626c65120e636f6e6669726d5f626f6f6b65641a1461736b5f616c7465726e61746976655f74696d654a310a1461736b5f616c7465726e61746976655f74696d651a190a10616c7465726e61746976655f74696d651205636c6f73654a3a0a0e636f6e6669726d5f626f6f6b656422280a06626f6f6b6564121761736b5f636f6e6669726d6174696f6e5f6e756d6265721a05636c6f73654a370a1761736b5f636f6e6669726d6174696f6e5f6e756d6265721a1c0a13636f6e6669726d6174696f6e5f6e756d6265721205636c6f73654a3a0a05636c6f73652a310a2f5468617420697320616c6c2049206e65656465642e20486176652061206e696365206461792e20476f6f646279652e5217636f6e6669726d5f7461626c655f617661696c61626c655a00', '2026-11-25 15:02:08.624502+00', 600000, '00-b0e032b07cc71f8aa70feb60d37452bd-ba26caf5d4d4519e-01', '', 'ended', 3, 'c0f0f850-6fc3-8ac2-214b-d9f2be2e62d5', NULL, '2026-11-25 14:02:11.827761+00', NULL, 3, '2026-11-25 14:02:12.583021+00', 'closed', 1, 151, 'completed', '2026-11-25 14:02:09.656765+00', '2026-11-25 14:02:16.479784+00', NULL, NULL, NULL, false, false, 0, NULL, NULL, false, false, false);
INSERT INTO dialer.fills VALUES ('01a21303-7cdd-7cf4-b253-c111b3066d92', 0, 'table_available', 'Do you have a table for 2 on Friday at 7pm?', 'answered', 'true', 'Yes, we have a table for you', 3);
INSERT INTO dialer.fills VALUES ('01a21303-7cdd-7cf4-b253-c111b3066d92', 1, 'booked', 'Could you book it for Josh Miller, please?', 'answered', 'true', 'Yes, Friday at 7pm works', 5);
INSERT INTO dialer.fills VALUES ('01a21303-7cdd-7cf4-b253-c111b3066d92', 2, 'confirmation_number', 'Is there a confirmation number?', 'answered', '"4827"', '4827', 7);
INSERT INTO dialer.fills VALUES ('01a21303-7cdd-7cf4-b253-c111b3066d92', 3, 'alternative_time', 'What other times do you have?', 'not_asked', NULL, NULL, NULL);
INSERT INTO dialer.fills VALUES ('01a21303-4b53-78ae-aa6d-556f74db099d', 0, 'table_available', 'Do you have a table for 2 on Friday at 7pm?', 'answered', 'true', 'Yes, Friday at 7pm for 2 is available', 3);
INSERT INTO dialer.fills VALUES ('01a21303-4b53-78ae-aa6d-556f74db099d', 1, 'booked', 'Could you book it for Josh Miller, please?', 'answered', 'true', 'Yes, we have a table for 2 on Friday at 7pm', 7);
INSERT INTO dialer.fills VALUES ('01a21303-4b53-78ae-aa6d-556f74db099d', 2, 'confirmation_number', 'Is there a confirmation number?', 'answered', '"I''m here"', 'I''m here', 9);
INSERT INTO dialer.fills VALUES ('01a21303-4b53-78ae-aa6d-556f74db099d', 3, 'alternative_time', 'What other times do you have?', 'not_asked', NULL, NULL, NULL);
INSERT INTO dialer.fills VALUES ('01a21303-8970-7317-8328-19bf953a5db6', 0, 'table_available', 'Do you have a table for 2 on Friday at 7pm?', 'answered', 'true', 'Yes, we have a table for 2 on Friday at 7pm', 3);
INSERT INTO dialer.fills VALUES ('01a21303-8970-7317-8328-19bf953a5db6', 1, 'booked', 'Could you book it for Josh Miller, please?', 'answered', 'true', 'Yes, 7pm is available', 5);
INSERT INTO dialer.fills VALUES ('01a21303-8970-7317-8328-19bf953a5db6', 2, 'confirmation_number', 'Is there a confirmation number?', 'answered', '"4827"', '4827', 7);
INSERT INTO dialer.fills VALUES ('01a21303-8970-7317-8328-19bf953a5db6', 3, 'alternative_time', 'What other times do you have?', 'not_asked', NULL, NULL, NULL);
INSERT INTO dialer.turns VALUES ('01a21303-4b53-78ae-aa6d-556f74db099d', 0, 'user', 'Olive Garden, Maria speaking.', 248);
INSERT INTO dialer.turns VALUES ('01a21303-4b53-78ae-aa6d-556f74db099d', 1, 'assistant', 'Hello, this is an AI assistant calling on behalf of Josh Miller. I''d like to book a dinner reservation for 2 on Friday at 7pm under the name Josh Miller.', 248);
INSERT INTO dialer.turns VALUES ('01a21303-4b53-78ae-aa6d-556f74db099d', 2, 'assistant', 'Do you have a table for 2 on Friday at 7pm?', 248);
INSERT INTO dialer.turns VALUES ('01a21303-4b53-78ae-aa6d-556f74db099d', 3, 'user', 'Yes, Friday at 7pm for 2 is available.', 1310);
INSERT INTO dialer.turns VALUES ('01a21303-4b53-78ae-aa6d-556f74db099d', 4, 'assistant', 'Thank you. Could you book it for Josh Miller, please?', 1456);
INSERT INTO dialer.turns VALUES ('01a21303-4b53-78ae-aa6d-556f74db099d', 5, 'assistant', 'Sorry, I did not hear you. Could you book it for Josh Miller, please?', 2008);
INSERT INTO dialer.turns VALUES ('01a21303-4b53-78ae-aa6d-556f74db099d', 6, 'assistant', 'Hello, are you still there?', 2652);
INSERT INTO dialer.turns VALUES ('01a21303-4b53-78ae-aa6d-556f74db099d', 7, 'user', 'Yes, we have a table for 2 on Friday at 7pm.', 2978);
INSERT INTO dialer.turns VALUES ('01a21303-4b53-78ae-aa6d-556f74db099d', 8, 'assistant', 'Thank you. Is there a confirmation number?', 4086);
INSERT INTO dialer.turns VALUES ('01a21303-4b53-78ae-aa6d-556f74db099d', 9, 'user', 'Yes, I''m here.', 4200);
INSERT INTO dialer.turns VALUES ('01a21303-4b53-78ae-aa6d-556f74db099d', 10, 'assistant', 'Thank you. That is all I needed. Have a nice day. Goodbye.', 4244);
INSERT INTO dialer.turns VALUES ('01a21303-7cdd-7cf4-b253-c111b3066d92', 0, 'user', 'Olive Garden, how can I help you?', 230);
INSERT INTO dialer.turns VALUES ('01a21303-7cdd-7cf4-b253-c111b3066d92', 1, 'assistant', 'Hello, this is an AI assistant calling on behalf of Josh Miller. I''d like to book a dinner reservation for 2 on Friday at 7pm under the name Josh Miller.', 230);
INSERT INTO dialer.turns VALUES ('01a21303-7cdd-7cf4-b253-c111b3066d92', 2, 'assistant', 'Do you have a table for 2 on Friday at 7pm?', 230);
INSERT INTO dialer.turns VALUES ('01a21303-7cdd-7cf4-b253-c111b3066d92', 3, 'user', 'Yes, we have a table for you.', 1163);
INSERT INTO dialer.turns VALUES ('01a21303-7cdd-7cf4-b253-c111b3066d92', 4, 'assistant', 'Thank you. Could you book it for Josh Miller, please?', 1228);
INSERT INTO dialer.turns VALUES ('01a21303-7cdd-7cf4-b253-c111b3066d92', 5, 'user', 'Yes, Friday at 7pm works.', 1671);
INSERT INTO dialer.turns VALUES ('01a21303-7cdd-7cf4-b253-c111b3066d92', 6, 'assistant', 'Thank you. Is there a confirmation number?', 1723);
INSERT INTO dialer.turns VALUES ('01a21303-7cdd-7cf4-b253-c111b3066d92', 7, 'user', 'Your confirmation number is 4827.', 2071);
INSERT INTO dialer.turns VALUES ('01a21303-7cdd-7cf4-b253-c111b3066d92', 8, 'assistant', 'Thank you. That is all I needed. Have a nice day. Goodbye.', 2095);
INSERT INTO dialer.turns VALUES ('01a21303-8970-7317-8328-19bf953a5db6', 0, 'user', 'Olive Garden, Maria speaking.', 151);
INSERT INTO dialer.turns VALUES ('01a21303-8970-7317-8328-19bf953a5db6', 1, 'assistant', 'Hello, this is an AI assistant calling on behalf of Josh Miller. I''d like to book a dinner reservation for 2 on Friday at 7pm under the name Josh Miller.', 151);
INSERT INTO dialer.turns VALUES ('01a21303-8970-7317-8328-19bf953a5db6', 2, 'assistant', 'Do you have a table for 2 on Friday at 7pm?', 151);
INSERT INTO dialer.turns VALUES ('01a21303-8970-7317-8328-19bf953a5db6', 3, 'user', 'Yes, we have a table for 2 on Friday at 7pm.', 1003);
INSERT INTO dialer.turns VALUES ('01a21303-8970-7317-8328-19bf953a5db6', 4, 'assistant', 'Thank you. Could you book it for Josh Miller, please?', 1522);
INSERT INTO dialer.turns VALUES ('01a21303-8970-7317-8328-19bf953a5db6', 5, 'user', 'Yes, 7pm is available.', 1950);
INSERT INTO dialer.turns VALUES ('01a21303-8970-7317-8328-19bf953a5db6', 6, 'assistant', 'Thank you. Is there a confirmation number?', 1970);
INSERT INTO dialer.turns VALUES ('01a21303-8970-7317-8328-19bf953a5db6', 7, 'user', 'Your confirmation number is 4827.', 2291);
INSERT INTO dialer.turns VALUES ('01a21303-8970-7317-8328-19bf953a5db6', 8, 'assistant', 'Thank you. That is all I needed. Have a nice day. Goodbye.', 2444);
INSERT INTO gateway._sqlx_migrations VALUES (1, 'gateway', '2026-11-25 14:01:33.76349+00', true, '\x0ebb17247d3162c5fcae72e1b1042ab41bc5ad7d7ec2d9e232835812fc73efa9dcea0b8401cbaa46a78f0923bfb5657d', 132884840);
INSERT INTO gateway._sqlx_migrations VALUES (2, 'do not call', '2026-11-25 14:01:33.897186+00', true, '\x2961657c0e5a401d4562e837064257926e4a9a13db2f2b172f63de6190f713c74ad3a442d96ed30f9e7ac9709da1ea39', 7256559);
INSERT INTO gateway._sqlx_migrations VALUES (3, 'lists', '2026-11-25 14:01:33.904653+00', true, '\xe60fab5b869840eb56ea8a82119f6f8482b6b228dd4fe6bde21f1a9bcf6370caebf2ed6b10ce590cf0577cc2cfb7d242', 4352712);
INSERT INTO gateway._sqlx_migrations VALUES (5, 'callback attempts', '2026-11-25 14:01:33.909197+00', true, '\x24069dab34453279f5ecc73bd3fce0cbb3a434a7cdad24405fa5b28fa85046aaadbfd0080d0a25c37d451ab394649a91', 18517543);
INSERT INTO gateway._sqlx_migrations VALUES (6, 'webhooks', '2026-11-25 14:01:33.927947+00', true, '\x0aa93f40a66c15b0762b905bf5ed2e7fe1eb11b41f31177240a457f2c06f214e53006c30c29f54c8e1c2b47f560abbe3', 8986562);
INSERT INTO gateway._sqlx_migrations VALUES (7, 'keys', '2026-11-25 14:01:33.937313+00', true, '\x186451604eaf9e3dd65e70940192768bfad4bcbe54195361e21d178ac95f2f3bb0f6bca896ff948ec1607b1fd4aeffea', 1780627);
INSERT INTO gateway.call_events VALUES ('01a21303-4b53-78ae-aa6d-556f74db099d', 1, '01a21303-4b53-7a41-a50a-ff3ddc93ba38', 'queued', '2026-11-25 14:01:52.723155+00', '{"at":"2026-11-25T14:01:52.723Z","call_id":"01a21303-4b53-78ae-aa6d-556f74db099d"}');
INSERT INTO gateway.call_events VALUES ('01a21303-4b53-78ae-aa6d-556f74db099d', 2, '107a1b1b-3019-517c-94d3-09cbe7e4197d', 'planned', '2026-11-25 14:01:57.580029+00', '{"at":"2026-11-25T14:01:57.580Z","call_id":"01a21303-4b53-78ae-aa6d-556f74db099d","planner":"builtin/1","workflow_name":"Book a table"}');
INSERT INTO gateway.call_events VALUES ('01a21303-4b53-78ae-aa6d-556f74db099d', 3, '01a21303-67ca-7471-ad5f-c70342e41e8b', 'dialing', '2026-11-25 14:02:00.010953+00', '{"at":"2026-11-25T14:02:00.010Z","attempt":1,"call_id":"01a21303-4b53-78ae-aa6d-556f74db099d"}');
INSERT INTO gateway.call_events VALUES ('01a21303-4b53-78ae-aa6d-556f74db099d', 4, '01a21303-6816-77d0-82ce-bf30c8f8fdca', 'ringing', '2026-11-25 14:02:00.086784+00', '{"at":"2026-11-25T14:02:00.086Z","call_id":"01a21303-4b53-78ae-aa6d-556f74db099d"}');
INSERT INTO gateway.call_events VALUES ('01a21303-4b53-78ae-aa6d-556f74db099d', 5, '01a21303-68e9-7594-8997-024b37e0ae66', 'answered', '2026-11-25 14:02:00.297005+00', '{"at":"2026-11-25T14:02:00.297Z","call_id":"01a21303-4b53-78ae-aa6d-556f74db099d"}');
INSERT INTO gateway.call_events VALUES ('01a21303-4b53-78ae-aa6d-556f74db099d', 6, '01a21303-69e1-7c60-93dc-a0470213eac8', 'turn', '2026-11-25 14:02:00.545633+00', '{"at":"2026-11-25T14:02:00.545Z","call_id":"01a21303-4b53-78ae-aa6d-556f74db099d","content":"Olive Garden, Maria speaking.","index":0,"offset_seconds":0.2,"role":"user"}');
INSERT INTO gateway.call_events VALUES ('01a21303-4b53-78ae-aa6d-556f74db099d', 7, '01a21303-69e1-732f-bea4-c50f72554e2f', 'turn', '2026-11-25 14:02:00.545644+00', '{"at":"2026-11-25T14:02:00.545Z","call_id":"01a21303-4b53-78ae-aa6d-556f74db099d","content":"Hello, this is an AI assistant calling on behalf of Josh Miller. I''d like to book a dinner reservation for 2 on Friday at 7pm under the name Josh Miller.","index":1,"offset_seconds":0.2,"role":"assistant"}');
INSERT INTO gateway.call_events VALUES ('01a21303-4b53-78ae-aa6d-556f74db099d', 8, '01a21303-69e1-746e-a14d-d0607ab9a4d9', 'turn', '2026-11-25 14:02:00.545645+00', '{"at":"2026-11-25T14:02:00.545Z","call_id":"01a21303-4b53-78ae-aa6d-556f74db099d","content":"Do you have a table for 2 on Friday at 7pm?","index":2,"offset_seconds":0.2,"role":"assistant"}');
INSERT INTO gateway.call_events VALUES ('01a21303-4b53-78ae-aa6d-556f74db099d', 9, '01a21303-6e13-7589-a46c-aedbf21697f1', 'turn', '2026-11-25 14:02:01.619172+00', '{"at":"2026-11-25T14:02:01.619Z","call_id":"01a21303-4b53-78ae-aa6d-556f74db099d","content":"Yes, Friday at 7pm for 2 is available.","index":3,"offset_seconds":1.3,"role":"user"}');
INSERT INTO gateway.call_events VALUES ('01a21303-4b53-78ae-aa6d-556f74db099d', 10, '01a21303-6e9a-7f8c-b27a-e4aee17e82ca', 'turn', '2026-11-25 14:02:01.754015+00', '{"at":"2026-11-25T14:02:01.754Z","call_id":"01a21303-4b53-78ae-aa6d-556f74db099d","content":"Thank you. Could you book it for Josh Miller, please?","index":4,"offset_seconds":1.5,"role":"assistant"}');
INSERT INTO gateway.call_events VALUES ('01a21303-4b53-78ae-aa6d-556f74db099d', 11, '01a21303-70c1-7c60-b6c4-c78ea1265f87', 'turn', '2026-11-25 14:02:02.305973+00', '{"at":"2026-11-25T14:02:02.305Z","call_id":"01a21303-4b53-78ae-aa6d-556f74db099d","content":"Sorry, I did not hear you. Could you book it for Josh Miller, please?","index":5,"offset_seconds":2.0,"role":"assistant"}');
INSERT INTO gateway.call_events VALUES ('01a21303-4b53-78ae-aa6d-556f74db099d', 12, '01a21303-7345-7d64-a352-3edd3bb3dd17', 'turn', '2026-11-25 14:02:02.949601+00', '{"at":"2026-11-25T14:02:02.949Z","call_id":"01a21303-4b53-78ae-aa6d-556f74db099d","content":"Hello, are you still there?","index":6,"offset_seconds":2.7,"role":"assistant"}');
INSERT INTO gateway.call_events VALUES ('01a21303-4b53-78ae-aa6d-556f74db099d', 13, '01a21303-748f-75f4-83fc-ba39b570de8c', 'turn', '2026-11-25 14:02:03.279303+00', '{"at":"2026-11-25T14:02:03.279Z","call_id":"01a21303-4b53-78ae-aa6d-556f74db099d","content":"Yes, we have a table for 2 on Friday at 7pm.","index":7,"offset_seconds":3.0,"role":"user"}');
INSERT INTO gateway.call_events VALUES ('01a21303-4b53-78ae-aa6d-556f74db099d', 14, '01a21303-78df-752e-8bdb-f6f64989265e', 'turn', '2026-11-25 14:02:04.383553+00', '{"at":"2026-11-25T14:02:04.383Z","call_id":"01a21303-4b53-78ae-aa6d-556f74db099d","content":"Thank you. Is there a confirmation number?","index":8,"offset_seconds":4.1,"role":"assistant"}');
INSERT INTO gateway.call_events VALUES ('01a21303-4b53-78ae-aa6d-556f74db099d', 15, '01a21303-7951-75a8-8b36-746a793c1e8b', 'turn', '2026-11-25 14:02:04.497668+00', '{"at":"2026-11-25T14:02:04.497Z","call_id":"01a21303-4b53-78ae-aa6d-556f74db099d","content":"Yes, I''m here.","index":9,"offset_seconds":4.2,"role":"user"}');
INSERT INTO gateway.call_events VALUES ('01a21303-4b53-78ae-aa6d-556f74db099d', 16, '01a21303-797d-753b-af90-591b614b2cd8', 'turn', '2026-11-25 14:02:04.541776+00', '{"at":"2026-11-25T14:02:04.541Z","call_id":"01a21303-4b53-78ae-aa6d-556f74db099d","content":"Thank you. That is all I needed. Have a nice day. Goodbye.","index":10,"offset_seconds":4.2,"role":"assistant"}');
INSERT INTO gateway.call_events VALUES ('01a21303-4b53-78ae-aa6d-556f74db099d', 17, '01a21303-7c98-7aab-9909-3a3422bc4fe9', 'callback', '2026-11-25 14:02:05.336822+00', '{"at":"2026-11-25T14:02:05.336Z","attempts":1,"call_id":"01a21303-4b53-78ae-aa6d-556f74db099d","last_http_status":204,"last_result":"2xx","next_attempt_at":null,"status":"delivered"}');
INSERT INTO gateway.call_events VALUES ('01a21303-7cdd-7cf4-b253-c111b3066d92', 1, '01a21303-7cdd-77e9-a316-0fbac8fd16b1', 'queued', '2026-11-25 14:02:05.405042+00', '{"at":"2026-11-25T14:02:05.405Z","call_id":"01a21303-7cdd-7cf4-b253-c111b3066d92"}');
INSERT INTO gateway.call_events VALUES ('01a21303-4b53-78ae-aa6d-556f74db099d', 18, '01a21303-7c46-725a-801d-7722a0a3461d', 'ended', '2026-11-25 14:02:05.2549+00', '{"at":"2026-11-25T14:02:05.254Z","call_id":"01a21303-4b53-78ae-aa6d-556f74db099d","call_status":"success","call_summary":"The call to Olive Garden was answered. Table available: yes; booked: yes; confirmation number: “I''m here”.","disclosure":{"message_index":1,"offset_seconds":0.2},"duration_seconds":98.0,"failure":null,"form_fills":[{"field":"table_available","message_index":3,"question":"Do you have a table for 2 on Friday at 7pm?","quote":"Yes, Friday at 7pm for 2 is available","value":true,"verdict":"answered"},{"field":"booked","message_index":7,"question":"Could you book it for Josh Miller, please?","quote":"Yes, we have a table for 2 on Friday at 7pm","value":true,"verdict":"answered"},{"field":"confirmation_number","message_index":9,"question":"Is there a confirmation number?","quote":"I''m here","value":"I''m here","verdict":"answered"},{"field":"alternative_time","message_index":null,"question":"What other times do you have?","quote":null,"value":null,"verdict":"not_asked"}],"provider_status":"completed"}');
INSERT INTO gateway.call_events VALUES ('01a21303-7cdd-7cf4-b253-c111b3066d92', 2, 'b91d21cd-98fb-5e73-a499-74222a7d6258', 'planned', '2026-11-25 14:02:05.534838+00', '{"at":"2026-11-25T14:02:05.534Z","call_id":"01a21303-7cdd-7cf4-b253-c111b3066d92","planner":"builtin/1","workflow_name":"Book a table"}');
INSERT INTO gateway.call_events VALUES ('01a21303-7cdd-7cf4-b253-c111b3066d92', 3, '01a21303-7d99-7ece-9a56-c54ce041b8d7', 'dialing', '2026-11-25 14:02:05.59355+00', '{"at":"2026-11-25T14:02:05.593Z","attempt":1,"call_id":"01a21303-7cdd-7cf4-b253-c111b3066d92"}');
INSERT INTO gateway.call_events VALUES ('01a21303-7cdd-7cf4-b253-c111b3066d92', 4, '01a21303-7dfc-78ea-bfea-58cdcbd60793', 'ringing', '2026-11-25 14:02:05.692161+00', '{"at":"2026-11-25T14:02:05.692Z","call_id":"01a21303-7cdd-7cf4-b253-c111b3066d92"}');
INSERT INTO gateway.call_events VALUES ('01a21303-7cdd-7cf4-b253-c111b3066d92', 5, '01a21303-7ec9-7d20-92c8-c669f01620b0', 'answered', '2026-11-25 14:02:05.897418+00', '{"at":"2026-11-25T14:02:05.897Z","call_id":"01a21303-7cdd-7cf4-b253-c111b3066d92"}');
INSERT INTO gateway.call_events VALUES ('01a21303-7cdd-7cf4-b253-c111b3066d92', 6, '01a21303-7fbc-71d3-939c-0bba45b688e3', 'turn', '2026-11-25 14:02:06.140903+00', '{"at":"2026-11-25T14:02:06.140Z","call_id":"01a21303-7cdd-7cf4-b253-c111b3066d92","content":"Olive Garden, how can I help you?","index":0,"offset_seconds":0.2,"role":"user"}');
INSERT INTO gateway.call_events VALUES ('01a21303-7cdd-7cf4-b253-c111b3066d92', 7, '01a21303-7fbc-7fa7-9679-47a7e839ee73', 'turn', '2026-11-25 14:02:06.140928+00', '{"at":"2026-11-25T14:02:06.140Z","call_id":"01a21303-7cdd-7cf4-b253-c111b3066d92","content":"Hello, this is an AI assistant calling on behalf of Josh Miller. I''d like to book a dinner reservation for 2 on Friday at 7pm under the name Josh Miller.","index":1,"offset_seconds":0.2,"role":"assistant"}');
INSERT INTO gateway.call_events VALUES ('01a21303-7cdd-7cf4-b253-c111b3066d92', 8, '01a21303-7fbc-77d7-8386-b720a15aa042', 'turn', '2026-11-25 14:02:06.140929+00', '{"at":"2026-11-25T14:02:06.140Z","call_id":"01a21303-7cdd-7cf4-b253-c111b3066d92","content":"Do you have a table for 2 on Friday at 7pm?","index":2,"offset_seconds":0.2,"role":"assistant"}');
INSERT INTO gateway.call_events VALUES ('01a21303-7cdd-7cf4-b253-c111b3066d92', 9, '01a21303-8354-7d8b-bda7-998281e474ee', 'turn', '2026-11-25 14:02:07.060761+00', '{"at":"2026-11-25T14:02:07.060Z","call_id":"01a21303-7cdd-7cf4-b253-c111b3066d92","content":"Yes, we have a table for you.","index":3,"offset_seconds":1.2,"role":"user"}');
INSERT INTO gateway.call_events VALUES ('01a21303-7cdd-7cf4-b253-c111b3066d92', 10, '01a21303-83a0-7ee2-aaf1-b32024b49432', 'turn', '2026-11-25 14:02:07.136087+00', '{"at":"2026-11-25T14:02:07.136Z","call_id":"01a21303-7cdd-7cf4-b253-c111b3066d92","content":"Thank you. Could you book it for Josh Miller, please?","index":4,"offset_seconds":1.2,"role":"assistant"}');
INSERT INTO gateway.call_events VALUES ('01a21303-7cdd-7cf4-b253-c111b3066d92', 11, '01a21303-8551-7472-b106-508e377faf2a', 'turn', '2026-11-25 14:02:07.569363+00', '{"at":"2026-11-25T14:02:07.569Z","call_id":"01a21303-7cdd-7cf4-b253-c111b3066d92","content":"Yes, Friday at 7pm works.","index":5,"offset_seconds":1.7,"role":"user"}');
INSERT INTO gateway.call_events VALUES ('01a21303-7cdd-7cf4-b253-c111b3066d92', 12, '01a21303-8584-793d-9f1e-595aad5a4db9', 'turn', '2026-11-25 14:02:07.620835+00', '{"at":"2026-11-25T14:02:07.620Z","call_id":"01a21303-7cdd-7cf4-b253-c111b3066d92","content":"Thank you. Is there a confirmation number?","index":6,"offset_seconds":1.7,"role":"assistant"}');
INSERT INTO gateway.call_events VALUES ('01a21303-8970-7317-8328-19bf953a5db6', 11, '01a21303-a085-7753-8783-6fc320cf52e1', 'turn', '2026-11-25 14:02:14.533864+00', '{"at":"2026-11-25T14:02:14.533Z","call_id":"01a21303-8970-7317-8328-19bf953a5db6","content":"Yes, 7pm is available.","index":5,"offset_seconds":2.0,"role":"user"}');
INSERT INTO gateway.call_events VALUES ('01a21303-7cdd-7cf4-b253-c111b3066d92', 13, '01a21303-86e1-788d-8b1b-717efe5bdeb4', 'turn', '2026-11-25 14:02:07.969073+00', '{"at":"2026-11-25T14:02:07.969Z","call_id":"01a21303-7cdd-7cf4-b253-c111b3066d92","content":"Your confirmation number is 4827.","index":7,"offset_seconds":2.1,"role":"user"}');
INSERT INTO gateway.call_events VALUES ('01a21303-8970-7317-8328-19bf953a5db6', 9, '01a21303-9cd5-7892-9d9a-0bc8559f06c2', 'turn', '2026-11-25 14:02:13.589436+00', '{"at":"2026-11-25T14:02:13.589Z","call_id":"01a21303-8970-7317-8328-19bf953a5db6","content":"Yes, we have a table for 2 on Friday at 7pm.","index":3,"offset_seconds":1.0,"role":"user"}');
INSERT INTO gateway.call_events VALUES ('01a21303-7cdd-7cf4-b253-c111b3066d92', 14, '01a21303-86f9-7d43-bf0d-3278044f11da', 'turn', '2026-11-25 14:02:07.993225+00', '{"at":"2026-11-25T14:02:07.993Z","call_id":"01a21303-7cdd-7cf4-b253-c111b3066d92","content":"Thank you. That is all I needed. Have a nice day. Goodbye.","index":8,"offset_seconds":2.1,"role":"assistant"}');
INSERT INTO gateway.call_events VALUES ('01a21303-8970-7317-8328-19bf953a5db6', 2, '183d6d53-4b3f-58b6-8919-6a3749900f33', 'planned', '2026-11-25 14:02:09.502348+00', '{"at":"2026-11-25T14:02:09.502Z","call_id":"01a21303-8970-7317-8328-19bf953a5db6","planner":"builtin/1","workflow_name":"Book a table"}');
INSERT INTO gateway.call_events VALUES ('01a21303-8970-7317-8328-19bf953a5db6', 8, '01a21303-997e-7746-862e-a9e2a0966cda', 'turn', '2026-11-25 14:02:12.734834+00', '{"at":"2026-11-25T14:02:12.734Z","call_id":"01a21303-8970-7317-8328-19bf953a5db6","content":"Do you have a table for 2 on Friday at 7pm?","index":2,"offset_seconds":0.2,"role":"assistant"}');
INSERT INTO gateway.call_events VALUES ('01a21303-8970-7317-8328-19bf953a5db6', 13, '01a21303-a1db-7a24-9a8d-a0e72f0f4c5d', 'turn', '2026-11-25 14:02:14.875002+00', '{"at":"2026-11-25T14:02:14.875Z","call_id":"01a21303-8970-7317-8328-19bf953a5db6","content":"Your confirmation number is 4827.","index":7,"offset_seconds":2.3,"role":"user"}');
INSERT INTO gateway.call_events VALUES ('01a21303-8970-7317-8328-19bf953a5db6', 15, '01a21303-a81f-70d0-825c-b5466a0f317f', 'ended', '2026-11-25 14:02:16.479784+00', '{"at":"2026-11-25T14:02:16.479Z","call_id":"01a21303-8970-7317-8328-19bf953a5db6","call_status":"success","call_summary":"The call to Olive Garden was answered. Table available: yes; booked: yes; confirmation number: “4827”.","disclosure":{"message_index":1,"offset_seconds":0.2},"duration_seconds":77.0,"failure":null,"form_fills":[{"field":"table_available","message_index":3,"question":"Do you have a table for 2 on Friday at 7pm?","quote":"Yes, we have a table for 2 on Friday at 7pm","value":true,"verdict":"answered"},{"field":"booked","message_index":5,"question":"Could you book it for Josh Miller, please?","quote":"Yes, 7pm is available","value":true,"verdict":"answered"},{"field":"confirmation_number","message_index":7,"question":"Is there a confirmation number?","quote":"4827","value":"4827","verdict":"answered"},{"field":"alternative_time","message_index":null,"question":"What other times do you have?","quote":null,"value":null,"verdict":"not_asked"}],"provider_status":"completed"}');
INSERT INTO gateway.call_events VALUES ('01a21303-7cdd-7cf4-b253-c111b3066d92', 15, '01a21303-88cc-731e-89de-142f6de3e756', 'ended', '2026-11-25 14:02:08.460603+00', '{"at":"2026-11-25T14:02:08.460Z","call_id":"01a21303-7cdd-7cf4-b253-c111b3066d92","call_status":"success","call_summary":"The call to Jane Doe was answered. Table available: yes; booked: yes; confirmation number: “4827”.","disclosure":{"message_index":1,"offset_seconds":0.2},"duration_seconds":49.0,"failure":null,"form_fills":[{"field":"table_available","message_index":3,"question":"Do you have a table for 2 on Friday at 7pm?","quote":"Yes, we have a table for you","value":true,"verdict":"answered"},{"field":"booked","message_index":5,"question":"Could you book it for Josh Miller, please?","quote":"Yes, Friday at 7pm works","value":true,"verdict":"answered"},{"field":"confirmation_number","message_index":7,"question":"Is there a confirmation number?","quote":"4827","value":"4827","verdict":"answered"},{"field":"alternative_time","message_index":null,"question":"What other times do you have?","quote":null,"value":null,"verdict":"not_asked"}],"provider_status":"completed"}');
INSERT INTO gateway.call_events VALUES ('01a21303-8970-7317-8328-19bf953a5db6', 1, '01a21303-8970-7644-a249-3dd1a35cfdf3', 'queued', '2026-11-25 14:02:08.624502+00', '{"at":"2026-11-25T14:02:08.624Z","call_id":"01a21303-8970-7317-8328-19bf953a5db6"}');
INSERT INTO gateway.call_events VALUES ('01a21303-8970-7317-8328-19bf953a5db6', 3, '01a21303-93a0-768a-bba4-44ec9c4b7152', 'dialing', '2026-11-25 14:02:11.232682+00', '{"at":"2026-11-25T14:02:11.232Z","attempt":1,"call_id":"01a21303-8970-7317-8328-19bf953a5db6"}');
INSERT INTO gateway.call_events VALUES ('01a21303-8970-7317-8328-19bf953a5db6', 4, '01a21303-9835-7114-94c4-8fa1d59ca2ca', 'ringing', '2026-11-25 14:02:12.405172+00', '{"at":"2026-11-25T14:02:12.405Z","call_id":"01a21303-8970-7317-8328-19bf953a5db6"}');
INSERT INTO gateway.call_events VALUES ('01a21303-8970-7317-8328-19bf953a5db6', 5, '01a21303-98e7-7adc-9084-e12a3115f411', 'answered', '2026-11-25 14:02:12.583025+00', '{"at":"2026-11-25T14:02:12.583Z","call_id":"01a21303-8970-7317-8328-19bf953a5db6"}');
INSERT INTO gateway.call_events VALUES ('01a21303-8970-7317-8328-19bf953a5db6', 6, '01a21303-997e-7f4a-bc65-52466efb7c20', 'turn', '2026-11-25 14:02:12.734799+00', '{"at":"2026-11-25T14:02:12.734Z","call_id":"01a21303-8970-7317-8328-19bf953a5db6","content":"Olive Garden, Maria speaking.","index":0,"offset_seconds":0.2,"role":"user"}');
INSERT INTO gateway.call_events VALUES ('01a21303-8970-7317-8328-19bf953a5db6', 7, '01a21303-997e-75a8-90d2-80f3f1878ff9', 'turn', '2026-11-25 14:02:12.734814+00', '{"at":"2026-11-25T14:02:12.734Z","call_id":"01a21303-8970-7317-8328-19bf953a5db6","content":"Hello, this is an AI assistant calling on behalf of Josh Miller. I''d like to book a dinner reservation for 2 on Friday at 7pm under the name Josh Miller.","index":1,"offset_seconds":0.2,"role":"assistant"}');
INSERT INTO gateway.call_events VALUES ('01a21303-8970-7317-8328-19bf953a5db6', 10, '01a21303-9ed9-7050-a554-c1c070c66219', 'turn', '2026-11-25 14:02:14.105356+00', '{"at":"2026-11-25T14:02:14.105Z","call_id":"01a21303-8970-7317-8328-19bf953a5db6","content":"Thank you. Could you book it for Josh Miller, please?","index":4,"offset_seconds":1.5,"role":"assistant"}');
INSERT INTO gateway.call_events VALUES ('01a21303-8970-7317-8328-19bf953a5db6', 12, '01a21303-a099-7e82-b514-0feb4572bdf3', 'turn', '2026-11-25 14:02:14.553533+00', '{"at":"2026-11-25T14:02:14.553Z","call_id":"01a21303-8970-7317-8328-19bf953a5db6","content":"Thank you. Is there a confirmation number?","index":6,"offset_seconds":2.0,"role":"assistant"}');
INSERT INTO gateway.call_events VALUES ('01a21303-8970-7317-8328-19bf953a5db6', 14, '01a21303-a273-7317-8aef-587a581be1ed', 'turn', '2026-11-25 14:02:15.027975+00', '{"at":"2026-11-25T14:02:15.027Z","call_id":"01a21303-8970-7317-8328-19bf953a5db6","content":"Thank you. That is all I needed. Have a nice day. Goodbye.","index":8,"offset_seconds":2.4,"role":"assistant"}');
INSERT INTO gateway.callback_attempts VALUES ('01a21303-6085-7dbf-8d07-3d1aa7410012', 1, '2026-11-25 14:02:05.315594+00', 21, '2xx', 204, '', NULL);
INSERT INTO gateway.callback_attempts VALUES ('bb9b34a2-1d43-5d07-9eea-cd10e3efc3e5', 1, '2026-11-25 14:02:08.57179+00', 16, '2xx', 204, '', NULL);
INSERT INTO gateway.callbacks VALUES ('01a21303-6085-7dbf-8d07-3d1aa7410012', '01a21303-4b53-78ae-aa6d-556f74db099d', 'delivered', 1, '2xx', 204, 21, NULL, NULL);
INSERT INTO gateway.callbacks VALUES ('bb9b34a2-1d43-5d07-9eea-cd10e3efc3e5', '01a21303-7cdd-7cf4-b253-c111b3066d92', 'delivered', 1, '2xx', 204, 16, NULL, '01a21303-7ccc-73d9-8273-8910dc6caefc');
INSERT INTO gateway.calls VALUES ('01a21303-4b53-78ae-aa6d-556f74db099d', '01a21303-3288-7a84-9e5b-bed7cb293ff1', '01a21303-4b53-7209-8668-694d9df39e02', 'test', '+14155550199', '+14155550100', NULL, true, 'dbf6cc8bbbdc2073146fb07d8199c3a4', '2026-11-25 14:01:52.723155+00', '2026-11-25 15:01:52.723155+00', 'ended', '2026-11-25 14:01:57.580029+00', '2026-11-25 14:02:00.010953+00', '2026-11-25 14:02:00.086784+00', '2026-11-25 14:02:00.297005+00', '2026-11-25 14:02:05.2549+00', 1, 11, 18, NULL, NULL, '01a21303-4b53-7a41-a50a-ff3ddc93ba38', '00-dbf6cc8bbbdc2073146fb07d8199c3a4-667bd4e6a4e7e287-01', '', '2026-11-25 14:01:52.723155+00', NULL, 'success');
INSERT INTO gateway.calls VALUES ('01a21303-7cdd-7cf4-b253-c111b3066d92', '01a21303-3288-7a84-9e5b-bed7cb293ff1', '01a21303-4b53-7209-8668-694d9df39e02', 'test', '+14155550199', '+14155550100', NULL, false, '67888fc97e7eabd944b2d2090d8fcfdd', '2026-11-25 14:02:05.405042+00', '2026-11-25 15:02:05.405042+00', 'ended', '2026-11-25 14:02:05.534838+00', '2026-11-25 14:02:05.59355+00', '2026-11-25 14:02:05.692161+00', '2026-11-25 14:02:05.897418+00', '2026-11-25 14:02:08.460603+00', 1, 9, 15, NULL, NULL, '01a21303-7cdd-77e9-a316-0fbac8fd16b1', '00-67888fc97e7eabd944b2d2090d8fcfdd-7b56211de4119c23-01', '', '2026-11-25 14:02:05.405042+00', NULL, 'success');
INSERT INTO gateway.calls VALUES ('01a21303-8970-7317-8328-19bf953a5db6', '01a21303-3288-7a84-9e5b-bed7cb293ff1', '01a21303-4b53-7209-8668-694d9df39e02', 'test', '+14155550199', '+14155550100', NULL, true, 'b0e032b07cc71f8aa70feb60d37452bd', '2026-11-25 14:02:08.624502+00', '2026-11-25 15:02:08.624502+00', 'ended', '2026-11-25 14:02:09.502348+00', '2026-11-25 14:02:11.232682+00', '2026-11-25 14:02:12.405172+00', '2026-11-25 14:02:12.583025+00', '2026-11-25 14:02:16.479784+00', 1, 9, 15, NULL, NULL, '01a21303-8970-7644-a249-3dd1a35cfdf3', '00-b0e032b07cc71f8aa70feb60d37452bd-5a4b77f25485d898-01', '', '2026-11-25 14:02:08.624502+00', NULL, 'success');
INSERT INTO gateway.idempotency VALUES ('01a21303-3288-7a84-9e5b-bed7cb293ff1', 'n8n-1', '\x1e66053681e0c173adb95bb47055e75028d0343745874cee146b7cb828ff0638', '{"success":true,"message":"Call initiated.","call_id":"01a21303-7cdd-7cf4-b253-c111b3066d92","workflow_id":"01a21303-4b53-7209-8668-694d9df39e02"}', '2026-11-25 14:07:05.405042+00');
INSERT INTO gateway.keys VALUES ('01a21303-3317-77de-8c2d-60348a1723f1', '01a21303-3288-7a84-9e5b-bed7cb293ff1', '\xa3e70ea76cd4164ef418af78897c0c3156c752b8c206b23f2f893239972b019d', 'test', 'xwNB', '2026-11-25 14:01:46.519206+00', NULL, NULL, NULL, NULL);
INSERT INTO gateway.numbers VALUES ('01a21303-3288-7a84-9e5b-bed7cb293ff1', '+14155550199', '2026-11-25 14:01:52.505393+00');
INSERT INTO gateway.orgs VALUES ('01a21303-3288-7a84-9e5b-bed7cb293ff1', 'Stories', '2026-11-25 14:01:46.376848+00', NULL, NULL);
INSERT INTO gateway.results VALUES ('01a21303-4b53-78ae-aa6d-556f74db099d', 'completed', NULL, '"The call to Olive Garden was answered. Table available: yes; booked: yes; confirmation number: “I''m here”."', '[{"role":"user","content":"Olive Garden, Maria speaking.","offset_seconds":0.2},{"role":"assistant","content":"Hello, this is an AI assistant calling on behalf of Josh Miller. I''d like to book a dinner reservation for 2 on Friday at 7pm under the name Josh Miller.","offset_seconds":0.2},{"role":"assistant","content":"Do you have a table for 2 on Friday at 7pm?","offset_seconds":0.2},{"role":"user","content":"Yes, Friday at 7pm for 2 is available.","offset_seconds":1.3},{"role":"assistant","content":"Thank you. Could you book it for Josh Miller, please?","offset_seconds":1.5},{"role":"assistant","content":"Sorry, I did not hear you. Could you book it for Josh Miller, please?","offset_seconds":2.0},{"role":"assistant","content":"Hello, are you still there?","offset_seconds":2.7},{"role":"user","content":"Yes, we have a table for 2 on Friday at 7pm.","offset_seconds":3.0},{"role":"assistant","content":"Thank you. Is there a confirmation number?","offset_seconds":4.1},{"role":"user","content":"Yes, I''m here.","offset_seconds":4.2},{"role":"assistant","content":"Thank you. That is all I needed. Have a nice day. Goodbye.","offset_seconds":4.2}]', '[{"field":"table_available","question":"Do you have a table for 2 on Friday at 7pm?","value":true,"verdict":"answered","quote":"Yes, Friday at 7pm for 2 is available","message_index":3},{"field":"booked","question":"Could you book it for Josh Miller, please?","value":true,"verdict":"answered","quote":"Yes, we have a table for 2 on Friday at 7pm","message_index":7},{"field":"confirmation_number","question":"Is there a confirmation number?","value":"I''m here","verdict":"answered","quote":"I''m here","message_index":9},{"field":"alternative_time","question":"What other times do you have?","value":null,"verdict":"not_asked","quote":null,"message_index":null}]', 98000, '{"message_index":1,"offset_seconds":0.2}');
INSERT INTO gateway.results VALUES ('01a21303-7cdd-7cf4-b253-c111b3066d92', 'completed', NULL, '"The call to Jane Doe was answered. Table available: yes; booked: yes; confirmation number: “4827”."', '[{"role":"user","content":"Olive Garden, how can I help you?","offset_seconds":0.2},{"role":"assistant","content":"Hello, this is an AI assistant calling on behalf of Josh Miller. I''d like to book a dinner reservation for 2 on Friday at 7pm under the name Josh Miller.","offset_seconds":0.2},{"role":"assistant","content":"Do you have a table for 2 on Friday at 7pm?","offset_seconds":0.2},{"role":"user","content":"Yes, we have a table for you.","offset_seconds":1.2},{"role":"assistant","content":"Thank you. Could you book it for Josh Miller, please?","offset_seconds":1.2},{"role":"user","content":"Yes, Friday at 7pm works.","offset_seconds":1.7},{"role":"assistant","content":"Thank you. Is there a confirmation number?","offset_seconds":1.7},{"role":"user","content":"Your confirmation number is 4827.","offset_seconds":2.1},{"role":"assistant","content":"Thank you. That is all I needed. Have a nice day. Goodbye.","offset_seconds":2.1}]', '[{"field":"table_available","question":"Do you have a table for 2 on Friday at 7pm?","value":true,"verdict":"answered","quote":"Yes, we have a table for you","message_index":3},{"field":"booked","question":"Could you book it for Josh Miller, please?","value":true,"verdict":"answered","quote":"Yes, Friday at 7pm works","message_index":5},{"field":"confirmation_number","question":"Is there a confirmation number?","value":"4827","verdict":"answered","quote":"4827","message_index":7},{"field":"alternative_time","question":"What other times do you have?","value":null,"verdict":"not_asked","quote":null,"message_index":null}]', 49000, '{"message_index":1,"offset_seconds":0.2}');
INSERT INTO gateway.results VALUES ('01a21303-8970-7317-8328-19bf953a5db6', 'completed', NULL, '"The call to Olive Garden was answered. Table available: yes; booked: yes; confirmation number: “4827”."', '[{"role":"user","content":"Olive Garden, Maria speaking.","offset_seconds":0.2},{"role":"assistant","content":"Hello, this is an AI assistant calling on behalf of Josh Miller. I''d like to book a dinner reservation for 2 on Friday at 7pm under the name Josh Miller.","offset_seconds":0.2},{"role":"assistant","content":"Do you have a table for 2 on Friday at 7pm?","offset_seconds":0.2},{"role":"user","content":"Yes, we have a table for 2 on Friday at 7pm.","offset_seconds":1.0},{"role":"assistant","content":"Thank you. Could you book it for Josh Miller, please?","offset_seconds":1.5},{"role":"user","content":"Yes, 7pm is available.","offset_seconds":2.0},{"role":"assistant","content":"Thank you. Is there a confirmation number?","offset_seconds":2.0},{"role":"user","content":"Your confirmation number is 4827.","offset_seconds":2.3},{"role":"assistant","content":"Thank you. That is all I needed. Have a nice day. Goodbye.","offset_seconds":2.4}]', '[{"field":"table_available","question":"Do you have a table for 2 on Friday at 7pm?","value":true,"verdict":"answered","quote":"Yes, we have a table for 2 on Friday at 7pm","message_index":3},{"field":"booked","question":"Could you book it for Josh Miller, please?","value":true,"verdict":"answered","quote":"Yes, 7pm is available","message_index":5},{"field":"confirmation_number","question":"Is there a confirmation number?","value":"4827","verdict":"answered","quote":"4827","message_index":7},{"field":"alternative_time","question":"What other times do you have?","value":null,"verdict":"not_asked","quote":null,"message_index":null}]', 77000, '{"message_index":1,"offset_seconds":0.2}');
INSERT INTO gateway.signing_secrets VALUES ('01a21303-3288-7a84-9e5b-bed7cb293ff1', '2026-11-25 14:01:46.376848+00', 'k1', '\x73203b535c3b60b5e8b88521b5667662b0536454bc0345ce', '\x2f97d7a11309885720d5a10d5f9cf321e791e1101e091139789dfff0f5393d2fad128f467d3e89408cd796c119c687893e2e11dfb5d0a3cca8bdbc19be893e56868b');
INSERT INTO gateway.workflows VALUES ('01a21303-4b53-7209-8668-694d9df39e02', '01a21303-3288-7a84-9e5b-bed7cb293ff1', 'Book a table', 'builtin/1', '\x0a0c426f6f6b2061207461626c651257426f6f6b20612064696e6e6572207265736572766174696f6e206174204f6c6976652047617264656e20666f72204672696461792037706d2c207061727479206f6620322c20756e646572204a6f7368204d696c6c65721a05656e2d5553220b4a6f7368204d696c6c65722a0c4f6c6976652047617264656e3258492764206c696b6520746f20626f6f6b20612064696e6e6572207265736572766174696f6e20666f722032206f6e204672696461792061742037706d20756e64657220746865206e616d65204a6f7368204d696c6c65722e3a130a046e616d65120b4a6f7368204d696c6c65723a1b0a0d6461746520616e642074696d65120a4672696461792037706d3a0f0a0a70617274792073697a6512013242420a0f7461626c655f617661696c61626c65122b446f20796f7520686176652061207461626c6520666f722032206f6e204672696461792061742037706d3f1803280142380a06626f6f6b6564122a436f756c6420796f7520626f6f6b20697420666f72204a6f7368204d696c6c65722c20706c656173653f1803280142380a13636f6e6669726d6174696f6e5f6e756d626572121f4973207468657265206120636f6e6669726d6174696f6e206e756d6265723f180142350a10616c7465726e61746976655f74696d65121d57686174206f746865722074696d657320646f20796f7520686176653f180128014a520a17636f6e6669726d5f7461626c655f617661696c61626c6522370a0f7461626c655f617661696c61626c65120e636f6e6669726d5f626f6f6b65641a1461736b5f616c7465726e61746976655f74696d654a310a1461736b5f616c7465726e61746976655f74696d651a190a10616c7465726e61746976655f74696d651205636c6f73654a3a0a0e636f6e6669726d5f626f6f6b656422280a06626f6f6b6564121761736b5f636f6e6669726d6174696f6e5f6e756d6265721a05636c6f73654a370a1761736b5f636f6e6669726d6174696f6e5f6e756d6265721a1c0a13636f6e6669726d6174696f6e5f6e756d6265721205636c6f73654a3a0a05636c6f73652a310a2f5468617420697320616c6c2049206e65656465642e20486176652061206e696365206461792e20476f6f646279652e5217636f6e6669726d5f7461626c655f617661696c61626c655a00', '2026-11-25 14:01:57.580029+00');
INSERT INTO notifier._sqlx_migrations VALUES (1, 'callbacks', '2026-11-25 14:01:34.11444+00', true, '\x496e07401d442ad29ace0c8dc88c7facfa3c3af32737659bc899b320bac2901b2b63c65caba0c2e0f8ac664c960826b0', 75867144);
INSERT INTO notifier._sqlx_migrations VALUES (2, 'webhooks', '2026-11-25 14:01:34.216125+00', true, '\x35d5260dadfd9fe247c4b4ccb08d53ee007fe1208c26e0b9e00a10cc396f80e8d79dc8cbcfd0dfaadb90b42893fdf885', 137763404);
INSERT INTO notifier._sqlx_migrations VALUES (3, 'room for claims', '2026-11-25 14:01:34.354767+00', true, '\x839342c0bc6a15c7d15ce322c34201817b12363512a93f04ed466052f384f02a5f1d3fb5edd71adf941cf327f5b4a64a', 204557847);
INSERT INTO notifier.attempts VALUES ('01a21303-6085-7dbf-8d07-3d1aa7410012', 1, '2026-11-25 14:02:05.315594+00', 21, '2xx', 204, '\x');
INSERT INTO notifier.attempts VALUES ('bb9b34a2-1d43-5d07-9eea-cd10e3efc3e5', 1, '2026-11-25 14:02:08.57179+00', 16, '2xx', 204, '\x');
INSERT INTO notifier.attempts VALUES ('01a21303-8d02-76e5-9182-8410c115afc7', 1, '2026-11-25 14:02:16.553684+00', 5, '2xx', 204, '\x');
INSERT INTO notifier.calls VALUES ('01a21303-4b53-78ae-aa6d-556f74db099d', '01a21303-3288-7a84-9e5b-bed7cb293ff1', '2026-11-25 14:01:52.723155+00', NULL, '{k1:cyA7U1w7YLXouIUhtWZ2YrBTZFS8A0XO:L5fXoRMJiFcg1aENX5zzIeeR4RAeCRE5eJ3/8PU5PS+tEo9GfT6JQIzXlsEZxoeJPi4R37XQo8yovbwZvok+VoaL}', NULL, NULL);
INSERT INTO notifier.calls VALUES ('01a21303-7cdd-7cf4-b253-c111b3066d92', '01a21303-3288-7a84-9e5b-bed7cb293ff1', '2026-11-25 14:02:05.405042+00', NULL, '{k1:cyA7U1w7YLXouIUhtWZ2YrBTZFS8A0XO:L5fXoRMJiFcg1aENX5zzIeeR4RAeCRE5eJ3/8PU5PS+tEo9GfT6JQIzXlsEZxoeJPi4R37XQo8yovbwZvok+VoaL}', 'Jane Doe', 'jane@example.com');
INSERT INTO notifier.calls VALUES ('01a21303-8970-7317-8328-19bf953a5db6', '01a21303-3288-7a84-9e5b-bed7cb293ff1', '2026-11-25 14:02:08.624502+00', NULL, '{k1:cyA7U1w7YLXouIUhtWZ2YrBTZFS8A0XO:L5fXoRMJiFcg1aENX5zzIeeR4RAeCRE5eJ3/8PU5PS+tEo9GfT6JQIzXlsEZxoeJPi4R37XQo8yovbwZvok+VoaL}', NULL, NULL);
INSERT INTO notifier.deliveries VALUES ('01a21303-6085-7dbf-8d07-3d1aa7410012', '01a21303-4b53-78ae-aa6d-556f74db099d', '01a21303-3288-7a84-9e5b-bed7cb293ff1', '127.0.0.1:44665', 'delivered', '2026-11-25 14:02:05.337483+00', '2026-11-25 14:02:05.337483+00', 2, 1, 1, 0, '2026-11-29 14:53:11.314162+00', '2026-11-25 14:02:05.314162+00', '2026-11-25 14:02:05.337483+00', NULL, NULL);
INSERT INTO notifier.deliveries VALUES ('bb9b34a2-1d43-5d07-9eea-cd10e3efc3e5', '01a21303-7cdd-7cf4-b253-c111b3066d92', '01a21303-3288-7a84-9e5b-bed7cb293ff1', '127.0.0.1:44665', 'delivered', '2026-11-25 14:02:08.589896+00', '2026-11-25 14:02:08.589896+00', 2, 1, 1, 0, '2026-11-29 14:53:14.568539+00', '2026-11-25 14:02:08.568539+00', '2026-11-25 14:02:08.589896+00', '01a21303-7ccc-73d9-8273-8910dc6caefc', NULL);
INSERT INTO notifier.deliveries VALUES ('01a21303-8d02-76e5-9182-8410c115afc7', '01a21303-8970-7317-8328-19bf953a5db6', '01a21303-3288-7a84-9e5b-bed7cb293ff1', '127.0.0.1:44665', 'delivered', '2026-11-25 14:02:16.565127+00', '2026-11-25 14:02:16.565127+00', 2, 1, 1, 0, '2026-11-29 14:53:22.550842+00', '2026-11-25 14:02:16.550842+00', '2026-11-25 14:02:16.565127+00', NULL, NULL);
INSERT INTO notifier.letters VALUES ('01a21303-6085-7dbf-8d07-3d1aa7410012', 'http://127.0.0.1:44665/calls', 'k1:DqotV2+hLGn2DdTUb2qCtrl3hLlo8DtJ:H9NpPUvIBIQYtwjKfJeFsB9Q/4iAOnNugkFU9+1KVwkQ1TfBMKi9QNmW', '{k1:cyA7U1w7YLXouIUhtWZ2YrBTZFS8A0XO:L5fXoRMJiFcg1aENX5zzIeeR4RAeCRE5eJ3/8PU5PS+tEo9GfT6JQIzXlsEZxoeJPi4R37XQo8yovbwZvok+VoaL}', '\x7b2263616c6c5f6964223a2230316132313330332d346235332d373861652d616136642d353536663734646230393964222c22776f726b666c6f775f6964223a2230316132313330332d346235332d373230392d383636382d363934643964663339653032222c2263616c6c5f737461747573223a2273756363657373222c2270726f76696465725f737461747573223a22636f6d706c65746564222c2263616c6c5f73756d6d617279223a225468652063616c6c20746f204f6c6976652047617264656e2077617320616e7377657265642e205461626c6520617661696c61626c653a207965733b20626f6f6b65643a207965733b20636f6e6669726d6174696f6e206e756d6265723a20e2809c49276d2068657265e2809d2e222c226d65737361676573223a5b7b22726f6c65223a2275736572222c22636f6e74656e74223a224f6c6976652047617264656e2c204d6172696120737065616b696e672e222c226f66667365745f7365636f6e6473223a302e327d2c7b22726f6c65223a22617373697374616e74222c22636f6e74656e74223a2248656c6c6f2c207468697320697320616e20414920617373697374616e742063616c6c696e67206f6e20626568616c66206f66204a6f7368204d696c6c65722e20492764206c696b6520746f20626f6f6b20612064696e6e6572207265736572766174696f6e20666f722032206f6e204672696461792061742037706d20756e64657220746865206e616d65204a6f7368204d696c6c65722e222c226f66667365745f7365636f6e6473223a302e327d2c7b22726f6c65223a22617373697374616e74222c22636f6e74656e74223a22446f20796f7520686176652061207461626c6520666f722032206f6e204672696461792061742037706d3f222c226f66667365745f7365636f6e6473223a302e327d2c7b22726f6c65223a2275736572222c22636f6e74656e74223a225965732c204672696461792061742037706d20666f72203220697320617661696c61626c652e222c226f66667365745f7365636f6e6473223a312e337d2c7b22726f6c65223a22617373697374616e74222c22636f6e74656e74223a225468616e6b20796f752e20436f756c6420796f7520626f6f6b20697420666f72204a6f7368204d696c6c65722c20706c656173653f222c226f66667365745f7365636f6e6473223a312e357d2c7b22726f6c65223a22617373697374616e74222c22636f6e74656e74223a22536f7272792c204920646964206e6f74206865617220796f752e20436f756c6420796f7520626f6f6b20697420666f72204a6f7368204d696c6c65722c20706c656173653f222c226f66667365745f7365636f6e6473223a322e307d2c7b22726f6c65223a22617373697374616e74222c22636f6e74656e74223a2248656c6c6f2c2061726520796f75207374696c6c2074686572653f222c226f66667365745f7365636f6e6473223a322e377d2c7b22726f6c65223a2275736572222c22636f6e74656e74223a225965732c20776520686176652061207461626c6520666f722032206f6e204672696461792061742037706d2e222c226f66667365745f7365636f6e6473223a332e307d2c7b22726f6c65223a22617373697374616e74222c22636f6e74656e74223a225468616e6b20796f752e204973207468657265206120636f6e6669726d6174696f6e206e756d6265723f222c226f66667365745f7365636f6e6473223a342e317d2c7b22726f6c65223a2275736572222c22636f6e74656e74223a225965732c2049276d20686572652e222c226f66667365745f7365636f6e6473223a342e327d2c7b22726f6c65223a22617373697374616e74222c22636f6e74656e74223a225468616e6b20796f752e205468617420697320616c6c2049206e65656465642e20486176652061206e696365206461792e20476f6f646279652e222c226f66667365745f7365636f6e6473223a342e327d5d2c22636f6e74657874223a6e756c6c2c22666f726d5f66696c6c73223a5b7b226669656c64223a227461626c655f617661696c61626c65222c227175657374696f6e223a22446f20796f7520686176652061207461626c6520666f722032206f6e204672696461792061742037706d3f222c2276616c7565223a747275652c2276657264696374223a22616e737765726564222c2271756f7465223a225965732c204672696461792061742037706d20666f72203220697320617661696c61626c65222c226d6573736167655f696e646578223a337d2c7b226669656c64223a22626f6f6b6564222c227175657374696f6e223a22436f756c6420796f7520626f6f6b20697420666f72204a6f7368204d696c6c65722c20706c656173653f222c2276616c7565223a747275652c2276657264696374223a22616e737765726564222c2271756f7465223a225965732c20776520686176652061207461626c6520666f722032206f6e204672696461792061742037706d222c226d6573736167655f696e646578223a377d2c7b226669656c64223a22636f6e6669726d6174696f6e5f6e756d626572222c227175657374696f6e223a224973207468657265206120636f6e6669726d6174696f6e206e756d6265723f222c2276616c7565223a2249276d2068657265222c2276657264696374223a22616e737765726564222c2271756f7465223a2249276d2068657265222c226d6573736167655f696e646578223a397d2c7b226669656c64223a22616c7465726e61746976655f74696d65222c227175657374696f6e223a2257686174206f746865722074696d657320646f20796f7520686176653f222c2276616c7565223a6e756c6c2c2276657264696374223a226e6f745f61736b6564222c2271756f7465223a6e756c6c2c226d6573736167655f696e646578223a6e756c6c7d5d2c22637265617465645f6174223a22323032362d31312d32355431343a30313a35322e3732335a222c226661696c757265223a6e756c6c2c226d65746164617461223a6e756c6c2c226475726174696f6e5f7365636f6e6473223a39382e302c22646973636c6f73757265223a7b226d6573736167655f696e646578223a312c226f66667365745f7365636f6e6473223a302e327d7d', '00-dbf6cc8bbbdc2073146fb07d8199c3a4-240f63672b62742e-01', '');
INSERT INTO notifier.letters VALUES ('bb9b34a2-1d43-5d07-9eea-cd10e3efc3e5', 'http://127.0.0.1:44665/webhook', NULL, '{k1:cyA7U1w7YLXouIUhtWZ2YrBTZFS8A0XO:L5fXoRMJiFcg1aENX5zzIeeR4RAeCRE5eJ3/8PU5PS+tEo9GfT6JQIzXlsEZxoeJPi4R37XQo8yovbwZvok+VoaL}', '\x7b2263616c6c5f6964223a2230316132313330332d376364642d376366342d623235332d633131316233303636643932222c22776f726b666c6f775f6964223a2230316132313330332d346235332d373230392d383636382d363934643964663339653032222c22776f726b666c6f775f6e616d65223a22426f6f6b2061207461626c65222c2270686f6e655f6e756d6265725f66726f6d223a222b3134313535353530313939222c2270686f6e655f6e756d6265725f746f223a222b3134313535353530313030222c2263616c6c5f737461747573223a2273756363657373222c2263616c6c5f73756d6d617279223a225468652063616c6c20746f204a616e6520446f652077617320616e7377657265642e205461626c6520617661696c61626c653a207965733b20626f6f6b65643a207965733b20636f6e6669726d6174696f6e206e756d6265723a20e2809c34383237e2809d2e222c226d65737361676573223a5b7b22726f6c65223a2275736572222c22636f6e74656e74223a224f6c6976652047617264656e2c20686f772063616e20492068656c7020796f753f222c226f66667365745f7365636f6e6473223a302e327d2c7b22726f6c65223a22617373697374616e74222c22636f6e74656e74223a2248656c6c6f2c207468697320697320616e20414920617373697374616e742063616c6c696e67206f6e20626568616c66206f66204a6f7368204d696c6c65722e20492764206c696b6520746f20626f6f6b20612064696e6e6572207265736572766174696f6e20666f722032206f6e204672696461792061742037706d20756e64657220746865206e616d65204a6f7368204d696c6c65722e222c226f66667365745f7365636f6e6473223a302e327d2c7b22726f6c65223a22617373697374616e74222c22636f6e74656e74223a22446f20796f7520686176652061207461626c6520666f722032206f6e204672696461792061742037706d3f222c226f66667365745f7365636f6e6473223a302e327d2c7b22726f6c65223a2275736572222c22636f6e74656e74223a225965732c20776520686176652061207461626c6520666f7220796f752e222c226f66667365745f7365636f6e6473223a312e327d2c7b22726f6c65223a22617373697374616e74222c22636f6e74656e74223a225468616e6b20796f752e20436f756c6420796f7520626f6f6b20697420666f72204a6f7368204d696c6c65722c20706c656173653f222c226f66667365745f7365636f6e6473223a312e327d2c7b22726f6c65223a2275736572222c22636f6e74656e74223a225965732c204672696461792061742037706d20776f726b732e222c226f66667365745f7365636f6e6473223a312e377d2c7b22726f6c65223a22617373697374616e74222c22636f6e74656e74223a225468616e6b20796f752e204973207468657265206120636f6e6669726d6174696f6e206e756d6265723f222c226f66667365745f7365636f6e6473223a312e377d2c7b22726f6c65223a2275736572222c22636f6e74656e74223a22596f757220636f6e6669726d6174696f6e206e756d62657220697320343832372e222c226f66667365745f7365636f6e6473223a322e317d2c7b22726f6c65223a22617373697374616e74222c22636f6e74656e74223a225468616e6b20796f752e205468617420697320616c6c2049206e65656465642e20486176652061206e696365206461792e20476f6f646279652e222c226f66667365745f7365636f6e6473223a322e317d5d2c22636f6e74657874223a227b5c226e616d655c223a205c224a616e6520446f655c222c205c22656d61696c5c223a205c226a616e65406578616d706c652e636f6d5c222c205c226e756d6265725c223a205c222b31343135353535303130305c227d222c22637265617465645f6174223a22323032362d31312d32355431343a30323a30352e343035303432222c2270726f76696465725f737461747573223a22636f6d706c65746564222c22666f726d5f66696c6c73223a5b7b226669656c64223a227461626c655f617661696c61626c65222c227175657374696f6e223a22446f20796f7520686176652061207461626c6520666f722032206f6e204672696461792061742037706d3f222c2276616c7565223a747275652c2276657264696374223a22616e737765726564222c2271756f7465223a225965732c20776520686176652061207461626c6520666f7220796f75222c226d6573736167655f696e646578223a337d2c7b226669656c64223a22626f6f6b6564222c227175657374696f6e223a22436f756c6420796f7520626f6f6b20697420666f72204a6f7368204d696c6c65722c20706c656173653f222c2276616c7565223a747275652c2276657264696374223a22616e737765726564222c2271756f7465223a225965732c204672696461792061742037706d20776f726b73222c226d6573736167655f696e646578223a357d2c7b226669656c64223a22636f6e6669726d6174696f6e5f6e756d626572222c227175657374696f6e223a224973207468657265206120636f6e6669726d6174696f6e206e756d6265723f222c2276616c7565223a2234383237222c2276657264696374223a22616e737765726564222c2271756f7465223a2234383237222c226d6573736167655f696e646578223a377d2c7b226669656c64223a22616c7465726e61746976655f74696d65222c227175657374696f6e223a2257686174206f746865722074696d657320646f20796f7520686176653f222c2276616c7565223a6e756c6c2c2276657264696374223a226e6f745f61736b6564222c2271756f7465223a6e756c6c2c226d6573736167655f696e646578223a6e756c6c7d5d2c226661696c757265223a6e756c6c2c226d65746164617461223a6e756c6c2c226475726174696f6e5f7365636f6e6473223a34392e302c22646973636c6f73757265223a7b226d6573736167655f696e646578223a312c226f66667365745f7365636f6e6473223a302e327d7d', '00-67888fc97e7eabd944b2d2090d8fcfdd-0d1fbc2b98fedc54-01', '');
INSERT INTO notifier.letters VALUES ('01a21303-8d02-76e5-9182-8410c115afc7', 'http://127.0.0.1:44665/calls', 'k1:dSjjxFZghlA/6VEwT1cI73SnTQG+hgTr:1DpXGCFKufe2t0KNBs+cH8VOIzG06XqC0NsFQQDv1sDq5zVCtrDHgESA', '{k1:cyA7U1w7YLXouIUhtWZ2YrBTZFS8A0XO:L5fXoRMJiFcg1aENX5zzIeeR4RAeCRE5eJ3/8PU5PS+tEo9GfT6JQIzXlsEZxoeJPi4R37XQo8yovbwZvok+VoaL}', '\x7b2263616c6c5f6964223a2230316132313330332d383937302d373331372d383332382d313962663935336135646236222c22776f726b666c6f775f6964223a2230316132313330332d346235332d373230392d383636382d363934643964663339653032222c2263616c6c5f737461747573223a2273756363657373222c2270726f76696465725f737461747573223a22636f6d706c65746564222c2263616c6c5f73756d6d617279223a225468652063616c6c20746f204f6c6976652047617264656e2077617320616e7377657265642e205461626c6520617661696c61626c653a207965733b20626f6f6b65643a207965733b20636f6e6669726d6174696f6e206e756d6265723a20e2809c34383237e2809d2e222c226d65737361676573223a5b7b22726f6c65223a2275736572222c22636f6e74656e74223a224f6c6976652047617264656e2c204d6172696120737065616b696e672e222c226f66667365745f7365636f6e6473223a302e327d2c7b22726f6c65223a22617373697374616e74222c22636f6e74656e74223a2248656c6c6f2c207468697320697320616e20414920617373697374616e742063616c6c696e67206f6e20626568616c66206f66204a6f7368204d696c6c65722e20492764206c696b6520746f20626f6f6b20612064696e6e6572207265736572766174696f6e20666f722032206f6e204672696461792061742037706d20756e64657220746865206e616d65204a6f7368204d696c6c65722e222c226f66667365745f7365636f6e6473223a302e327d2c7b22726f6c65223a22617373697374616e74222c22636f6e74656e74223a22446f20796f7520686176652061207461626c6520666f722032206f6e204672696461792061742037706d3f222c226f66667365745f7365636f6e6473223a302e327d2c7b22726f6c65223a2275736572222c22636f6e74656e74223a225965732c20776520686176652061207461626c6520666f722032206f6e204672696461792061742037706d2e222c226f66667365745f7365636f6e6473223a312e307d2c7b22726f6c65223a22617373697374616e74222c22636f6e74656e74223a225468616e6b20796f752e20436f756c6420796f7520626f6f6b20697420666f72204a6f7368204d696c6c65722c20706c656173653f222c226f66667365745f7365636f6e6473223a312e357d2c7b22726f6c65223a2275736572222c22636f6e74656e74223a225965732c2037706d20697320617661696c61626c652e222c226f66667365745f7365636f6e6473223a322e307d2c7b22726f6c65223a22617373697374616e74222c22636f6e74656e74223a225468616e6b20796f752e204973207468657265206120636f6e6669726d6174696f6e206e756d6265723f222c226f66667365745f7365636f6e6473223a322e307d2c7b22726f6c65223a2275736572222c22636f6e74656e74223a22596f757220636f6e6669726d6174696f6e206e756d62657220697320343832372e222c226f66667365745f7365636f6e6473223a322e337d2c7b22726f6c65223a22617373697374616e74222c22636f6e74656e74223a225468616e6b20796f752e205468617420697320616c6c2049206e65656465642e20486176652061206e696365206461792e20476f6f646279652e222c226f66667365745f7365636f6e6473223a322e347d5d2c22636f6e74657874223a6e756c6c2c22666f726d5f66696c6c73223a5b7b226669656c64223a227461626c655f617661696c61626c65222c227175657374696f6e223a22446f20796f7520686176652061207461626c6520666f722032206f6e204672696461792061742037706d3f222c2276616c7565223a747275652c2276657264696374223a22616e737765726564222c2271756f7465223a225965732c20776520686176652061207461626c6520666f722032206f6e204672696461792061742037706d222c226d6573736167655f696e646578223a337d2c7b226669656c64223a22626f6f6b6564222c227175657374696f6e223a22436f756c6420796f7520626f6f6b20697420666f72204a6f7368204d696c6c65722c20706c656173653f222c2276616c7565223a747275652c2276657264696374223a22616e737765726564222c2271756f7465223a225965732c2037706d20697320617661696c61626c65222c226d6573736167655f696e646578223a357d2c7b226669656c64223a22636f6e6669726d6174696f6e5f6e756d626572222c227175657374696f6e223a224973207468657265206120636f6e6669726d6174696f6e206e756d6265723f222c2276616c7565223a2234383237222c2276657264696374223a22616e737765726564222c2271756f7465223a2234383237222c226d6573736167655f696e646578223a377d2c7b226669656c64223a22616c7465726e61746976655f74696d65222c227175657374696f6e223a2257686174206f746865722074696d657320646f20796f7520686176653f222c2276616c7565223a6e756c6c2c2276657264696374223a226e6f745f61736b6564222c2271756f7465223a6e756c6c2c226d6573736167655f696e646578223a6e756c6c7d5d2c22637265617465645f6174223a22323032362d31312d32355431343a30323a30382e3632345a222c226661696c757265223a6e756c6c2c226d65746164617461223a6e756c6c2c226475726174696f6e5f7365636f6e6473223a37372e302c22646973636c6f73757265223a7b226d6573736167655f696e646578223a312c226f66667365745f7365636f6e6473223a302e327d7d', '00-b0e032b07cc71f8aa70feb60d37452bd-57b320d2e8308125-01', '');
INSERT INTO notifier.targets VALUES ('01a21303-6085-7dbf-8d07-3d1aa7410012', '01a21303-4b53-78ae-aa6d-556f74db099d', 'http://127.0.0.1:44665/calls', 'k1:DqotV2+hLGn2DdTUb2qCtrl3hLlo8DtJ:H9NpPUvIBIQYtwjKfJeFsB9Q/4iAOnNugkFU9+1KVwkQ1TfBMKi9QNmW', NULL);
INSERT INTO notifier.targets VALUES ('bb9b34a2-1d43-5d07-9eea-cd10e3efc3e5', '01a21303-7cdd-7cf4-b253-c111b3066d92', 'http://127.0.0.1:44665/webhook', NULL, '01a21303-7ccc-73d9-8273-8910dc6caefc');
INSERT INTO notifier.targets VALUES ('01a21303-8d02-76e5-9182-8410c115afc7', '01a21303-8970-7317-8328-19bf953a5db6', 'http://127.0.0.1:44665/calls', 'k1:dSjjxFZghlA/6VEwT1cI73SnTQG+hgTr:1DpXGCFKufe2t0KNBs+cH8VOIzG06XqC0NsFQQDv1sDq5zVCtrDHgESA', NULL);
INSERT INTO notifier.webhooks VALUES ('01a21303-7ccc-73d9-8273-8910dc6caefc', '01a21303-4b53-7209-8668-694d9df39e02', 'http://127.0.0.1:44665/webhook', '2026-11-25 14:02:05.388144+00', '2026-11-25 14:02:08.592439+00');
ALTER TABLE ONLY dialer._sqlx_migrations
    ADD CONSTRAINT _sqlx_migrations_pkey PRIMARY KEY (version);
ALTER TABLE ONLY dialer.attempts
    ADD CONSTRAINT attempts_pkey PRIMARY KEY (attempt_id);
ALTER TABLE ONLY dialer.calls
    ADD CONSTRAINT calls_pkey PRIMARY KEY (call_id);
ALTER TABLE ONLY dialer.do_not_call
    ADD CONSTRAINT do_not_call_pkey PRIMARY KEY (org_id, mode, number);
ALTER TABLE ONLY dialer.fills
    ADD CONSTRAINT fills_pkey PRIMARY KEY (call_id, field);
ALTER TABLE ONLY dialer.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (event_id);
ALTER TABLE ONLY dialer.turns
    ADD CONSTRAINT turns_pkey PRIMARY KEY (call_id, index);
ALTER TABLE ONLY gateway._sqlx_migrations
    ADD CONSTRAINT _sqlx_migrations_pkey PRIMARY KEY (version);
ALTER TABLE ONLY gateway.call_events
    ADD CONSTRAINT call_events_event_id_key UNIQUE (event_id);
ALTER TABLE ONLY gateway.call_events
    ADD CONSTRAINT call_events_pkey PRIMARY KEY (call_id, place);
ALTER TABLE ONLY gateway.callback_attempts
    ADD CONSTRAINT callback_attempts_pkey PRIMARY KEY (delivery_id, attempt);
ALTER TABLE ONLY gateway.callbacks
    ADD CONSTRAINT callbacks_pkey PRIMARY KEY (delivery_id);
ALTER TABLE ONLY gateway.calls
    ADD CONSTRAINT calls_pkey PRIMARY KEY (call_id);
ALTER TABLE ONLY gateway.dead_letters
    ADD CONSTRAINT dead_letters_pkey PRIMARY KEY (dead_letter_id);
ALTER TABLE ONLY gateway.do_not_call
    ADD CONSTRAINT do_not_call_pkey PRIMARY KEY (org_id, number);
ALTER TABLE ONLY gateway.idempotency
    ADD CONSTRAINT idempotency_pkey PRIMARY KEY (org_id, idempotency_key);
ALTER TABLE ONLY gateway.keys
    ADD CONSTRAINT keys_pkey PRIMARY KEY (key_id);
ALTER TABLE ONLY gateway.keys
    ADD CONSTRAINT keys_sha256_key UNIQUE (sha256);
ALTER TABLE ONLY gateway.numbers
    ADD CONSTRAINT numbers_pkey PRIMARY KEY (org_id, number);
ALTER TABLE ONLY gateway.orgs
    ADD CONSTRAINT orgs_pkey PRIMARY KEY (org_id);
ALTER TABLE ONLY gateway.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (event_id);
ALTER TABLE ONLY gateway.results
    ADD CONSTRAINT results_pkey PRIMARY KEY (call_id);
ALTER TABLE ONLY gateway.signing_secrets
    ADD CONSTRAINT signing_secrets_pkey PRIMARY KEY (org_id, created_at);
ALTER TABLE ONLY gateway.webhooks
    ADD CONSTRAINT webhooks_pkey PRIMARY KEY (webhook_id);
ALTER TABLE ONLY gateway.workflows
    ADD CONSTRAINT workflows_pkey PRIMARY KEY (workflow_id);
ALTER TABLE ONLY notifier._sqlx_migrations
    ADD CONSTRAINT _sqlx_migrations_pkey PRIMARY KEY (version);
ALTER TABLE ONLY notifier.attempts
    ADD CONSTRAINT attempts_pkey PRIMARY KEY (delivery_id, attempt);
ALTER TABLE ONLY notifier.calls
    ADD CONSTRAINT calls_pkey PRIMARY KEY (call_id);
ALTER TABLE ONLY notifier.deliveries
    ADD CONSTRAINT deliveries_pkey PRIMARY KEY (delivery_id);
ALTER TABLE ONLY notifier.letters
    ADD CONSTRAINT letters_pkey PRIMARY KEY (delivery_id);
ALTER TABLE ONLY notifier.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (event_id);
ALTER TABLE ONLY notifier.targets
    ADD CONSTRAINT targets_pkey PRIMARY KEY (delivery_id);
ALTER TABLE ONLY notifier.webhooks
    ADD CONSTRAINT webhooks_pkey PRIMARY KEY (webhook_id);
CREATE INDEX attempts_call ON dialer.attempts USING btree (call_id, number);
CREATE INDEX attempts_check ON dialer.attempts USING btree (check_at) WHERE (state = ANY (ARRAY['dialing'::text, 'unknown'::text, 'placed'::text, 'answered'::text]));
CREATE UNIQUE INDEX attempts_live_call ON dialer.attempts USING btree (call_id) WHERE (state = ANY (ARRAY['intent'::text, 'dialing'::text, 'unknown'::text, 'placed'::text, 'answered'::text]));
CREATE UNIQUE INDEX attempts_live_line ON dialer.attempts USING btree (account, from_number, to_number) WHERE (state = ANY (ARRAY['intent'::text, 'dialing'::text, 'unknown'::text, 'placed'::text, 'answered'::text]));
CREATE INDEX calls_claimed ON dialer.calls USING btree (org_id) WHERE ((state = 'ready'::text) AND (lease_until IS NOT NULL));
CREATE INDEX calls_deadline ON dialer.calls USING btree (deadline) WHERE (state <> 'ended'::text);
CREATE INDEX calls_latest ON dialer.calls USING btree (latest_at) WHERE ((state = 'ready'::text) AND (latest_at IS NOT NULL));
CREATE INDEX calls_line ON dialer.calls USING btree (from_number, to_number) WHERE ((state = 'ready'::text) AND waits_for_line);
CREATE INDEX calls_on_line ON dialer.calls USING btree (org_id) WHERE (state = 'dialing'::text);
CREATE INDEX calls_queue ON dialer.calls USING btree (org_id, due_at) WHERE (state = 'ready'::text);
CREATE INDEX outbox_due ON dialer.outbox USING btree (due_at);
CREATE INDEX callbacks_of_call ON gateway.callbacks USING btree (call_id);
CREATE INDEX calls_by_call_status ON gateway.calls USING btree (org_id, call_status, created_at DESC, call_id DESC) WHERE (call_status IS NOT NULL);
CREATE INDEX calls_of_org ON gateway.calls USING btree (org_id, created_at DESC, call_id DESC);
CREATE INDEX calls_of_workflow ON gateway.calls USING btree (org_id, workflow_id, created_at DESC, call_id DESC);
CREATE INDEX calls_open ON gateway.calls USING btree (deadline) WHERE (status <> 'ended'::text);
CREATE INDEX calls_open_of_org ON gateway.calls USING btree (org_id, created_at DESC, call_id DESC) WHERE (status <> 'ended'::text);
CREATE INDEX calls_queued ON gateway.calls USING btree (told_at) WHERE (status = 'queued'::text);
CREATE INDEX calls_to_phone ON gateway.calls USING btree (org_id, recipient_phone, created_at DESC, call_id DESC);
CREATE INDEX dead_letters_of_call ON gateway.dead_letters USING btree (call_id);
CREATE INDEX idempotency_expired ON gateway.idempotency USING btree (expires_at);
CREATE INDEX keys_of_org ON gateway.keys USING btree (org_id);
CREATE INDEX outbox_due ON gateway.outbox USING btree (due_at);
CREATE INDEX webhooks_of_org ON gateway.webhooks USING btree (org_id, created_at DESC, webhook_id DESC);
CREATE UNIQUE INDEX webhooks_of_workflow ON gateway.webhooks USING btree (workflow_id, md5(url));
CREATE INDEX workflows_of_org ON gateway.workflows USING btree (org_id, created_at DESC, workflow_id DESC);
CREATE INDEX deliveries_due ON notifier.deliveries USING btree (due_at) WHERE (state = 'waiting'::text);
CREATE INDEX deliveries_exhausted ON notifier.deliveries USING btree (finished_at) WHERE (state = 'exhausted'::text);
CREATE INDEX outbox_due ON notifier.outbox USING btree (due_at);
CREATE INDEX targets_of_call ON notifier.targets USING btree (call_id);
CREATE INDEX webhooks_of_workflow ON notifier.webhooks USING btree (workflow_id) WHERE (deleted_at IS NULL);
ALTER TABLE ONLY dialer.attempts
    ADD CONSTRAINT attempts_call_id_fkey FOREIGN KEY (call_id) REFERENCES dialer.calls(call_id);
ALTER TABLE ONLY dialer.fills
    ADD CONSTRAINT fills_call_id_fkey FOREIGN KEY (call_id) REFERENCES dialer.calls(call_id);
ALTER TABLE ONLY dialer.turns
    ADD CONSTRAINT turns_call_id_fkey FOREIGN KEY (call_id) REFERENCES dialer.calls(call_id);
ALTER TABLE ONLY gateway.callback_attempts
    ADD CONSTRAINT callback_attempts_delivery_id_fkey FOREIGN KEY (delivery_id) REFERENCES gateway.callbacks(delivery_id);
ALTER TABLE ONLY gateway.callbacks
    ADD CONSTRAINT callbacks_call_id_fkey FOREIGN KEY (call_id) REFERENCES gateway.calls(call_id);
ALTER TABLE ONLY gateway.keys
    ADD CONSTRAINT keys_org_id_fkey FOREIGN KEY (org_id) REFERENCES gateway.orgs(org_id);
ALTER TABLE ONLY gateway.numbers
    ADD CONSTRAINT numbers_org_id_fkey FOREIGN KEY (org_id) REFERENCES gateway.orgs(org_id);
ALTER TABLE ONLY gateway.results
    ADD CONSTRAINT results_call_id_fkey FOREIGN KEY (call_id) REFERENCES gateway.calls(call_id);
ALTER TABLE ONLY gateway.signing_secrets
    ADD CONSTRAINT signing_secrets_org_id_fkey FOREIGN KEY (org_id) REFERENCES gateway.orgs(org_id);
ALTER TABLE ONLY gateway.webhooks
    ADD CONSTRAINT webhooks_org_id_fkey FOREIGN KEY (org_id) REFERENCES gateway.orgs(org_id);
ALTER TABLE ONLY gateway.workflows
    ADD CONSTRAINT workflows_org_id_fkey FOREIGN KEY (org_id) REFERENCES gateway.orgs(org_id);
ALTER TABLE ONLY notifier.targets
    ADD CONSTRAINT targets_call_id_fkey FOREIGN KEY (call_id) REFERENCES notifier.calls(call_id);
