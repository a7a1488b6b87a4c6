-- The facts of the stream while the read model is made anew from them; empty at other times. It may be lost in a crash.
CREATE UNLOGGED TABLE retold (
    call_id uuid NOT NULL,
    -- The place in the stream.
    sequence bigint NOT NULL,
    fact bytea NOT NULL,
    PRIMARY KEY (call_id, sequence)
);
