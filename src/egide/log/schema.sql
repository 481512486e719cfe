-- The log of a cell, the monitor's lease and cursor, and the store of TGD positions. Applied by `egide migrate` before
-- Django's migrations; every statement can be run again. Nothing here is changed by hand.

CREATE TABLE IF NOT EXISTS log_head (
    cell        integer PRIMARY KEY,
    incarnation uuid    NOT NULL DEFAULT gen_random_uuid(),   -- another log under the same name is noticed
    seq         bigint  NOT NULL DEFAULT 0,
    hash        bytea   NOT NULL DEFAULT '\x'
);
INSERT INTO log_head (cell) VALUES (1) ON CONFLICT DO NOTHING;

-- One frame per batch. `hash` chains: sha256(hash of the frame before || body).
CREATE TABLE IF NOT EXISTS log_frame (
    cell        integer     NOT NULL,
    seq         bigint      NOT NULL,
    day         date        NOT NULL DEFAULT (now() AT TIME ZONE 'UTC')::date,
    source      text        NOT NULL,      -- who wrote it: a gateway, a monitor, the file
    counter     bigint      NOT NULL,      -- the source's own count: a retry of an unanswered append is recognised
    hash        bytea       NOT NULL,
    body        bytea       NOT NULL,
    PRIMARY KEY (cell, seq, day)
) PARTITION BY RANGE (day);
CREATE TABLE IF NOT EXISTS log_frame_rest PARTITION OF log_frame DEFAULT;

-- As it is: a short body is not compressed anyway, and a long one would be while the end of the log is held for it.
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'log_frame'::regclass AND attname = 'body' AND attstorage <> 'e') THEN
        ALTER TABLE log_frame ALTER COLUMN body SET STORAGE EXTERNAL;
    END IF;
END $$;

CREATE TABLE IF NOT EXISTS log_source (
    cell    integer NOT NULL,
    source  text    NOT NULL,
    counter bigint  NOT NULL,
    seq     bigint  NOT NULL,
    PRIMARY KEY (cell, source)
);

-- Appends one frame and answers its sequence number. The row of log_head is locked until the caller's transaction
-- commits, so the order of commit is the order of sequence. Appending the last (source, counter) again changes
-- nothing and answers the number it got the first time: a gateway that lost its connection may simply retry.
CREATE OR REPLACE FUNCTION egide_log_append(p_cell integer, p_source text, p_counter bigint, p_body bytea)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    v_seq bigint; v_hash bytea; v_counter bigint;
BEGIN
    SELECT seq, hash INTO v_seq, v_hash FROM log_head WHERE cell = p_cell FOR UPDATE;
    IF NOT FOUND THEN RAISE EXCEPTION 'cell % has no log; run egide migrate', p_cell; END IF;
    SELECT counter INTO v_counter FROM log_source WHERE cell = p_cell AND source = p_source;
    IF p_counter IS NULL THEN
        p_counter := coalesce(v_counter, 0) + 1;   -- a source that never retries (the file writes in its own transaction)
    ELSIF v_counter >= p_counter THEN
        RETURN (SELECT seq FROM log_source WHERE cell = p_cell AND source = p_source);
    END IF;
    v_seq := v_seq + 1;
    v_hash := sha256(v_hash || p_body);
    UPDATE log_head SET seq = v_seq, hash = v_hash WHERE cell = p_cell;
    INSERT INTO log_frame (cell, seq, source, counter, hash, body) VALUES (p_cell, v_seq, p_source, p_counter, v_hash, p_body);
    INSERT INTO log_source (cell, source, counter, seq) VALUES (p_cell, p_source, p_counter, v_seq)
        ON CONFLICT (cell, source) DO UPDATE SET counter = excluded.counter, seq = excluded.seq;
    PERFORM pg_notify('egide_log', '');
    RETURN v_seq;
END $$;

-- The owner of a cell. Every write of a monitor is fenced by the epoch.
CREATE TABLE IF NOT EXISTS monitor_lease (
    cell        integer     PRIMARY KEY,
    epoch       bigint      NOT NULL DEFAULT 0,
    holder      text        NOT NULL DEFAULT '',
    renewed_at  timestamptz NOT NULL DEFAULT '-infinity',
    incarnation uuid,                                          -- of the log the cursor belongs to
    seq         bigint      NOT NULL DEFAULT 0,                -- last frame whose outputs are committed
    hash        bytea       NOT NULL DEFAULT '\x'
);
-- When a batch was last judged: a lease is also renewed while the state is loaded, and then nobody judges.
ALTER TABLE monitor_lease ADD COLUMN IF NOT EXISTS judged_at timestamptz;
INSERT INTO monitor_lease (cell) VALUES (1) ON CONFLICT DO NOTHING;

CREATE TABLE IF NOT EXISTS monitor_snapshot (
    cell        integer     NOT NULL,
    seq         bigint      NOT NULL,
    engine      text        NOT NULL,                          -- version of the core that wrote it
    taken_at    timestamptz NOT NULL DEFAULT now(),
    body        bytea       NOT NULL,
    PRIMARY KEY (cell, seq)
);
-- How the state is laid out, and the policy values that engine came with: another engine with the same layout takes the
-- state over as it stands, so that an upgrade judges nothing a second time.
ALTER TABLE monitor_snapshot ADD COLUMN IF NOT EXISTS layout text NOT NULL DEFAULT '';
ALTER TABLE monitor_snapshot ADD COLUMN IF NOT EXISTS defaults jsonb NOT NULL DEFAULT '{}';
-- Kept as it is: to press a million pairs small takes longer than to read them back.
ALTER TABLE monitor_snapshot ALTER COLUMN body SET STORAGE EXTERNAL;

-- What the monitor left out while it was behind (monitor/shed.py), by whole spells: between two frames so many positions
-- are in the log and not in the console's table. `step` is how far it went; a spell without an end is going on.
CREATE TABLE IF NOT EXISTS monitor_shed (
    cell        integer     NOT NULL,
    began_at    timestamptz NOT NULL DEFAULT now(),
    ended_at    timestamptz,
    from_seq    bigint      NOT NULL,
    to_seq      bigint      NOT NULL,
    step        smallint    NOT NULL,
    positions   bigint      NOT NULL,
    PRIMARY KEY (cell, from_seq)
);

-- Room that is given back when the disk is full, so that an SOS can still be stored (gateway/reserve.py). Unlogged: it
-- costs no write-ahead log, and a server that had to recover begins with that room free.
CREATE UNLOGGED TABLE IF NOT EXISTS log_reserve (filler bytea NOT NULL);
ALTER TABLE log_reserve ALTER COLUMN filler SET STORAGE PLAIN;

-- A TGD alarm: opened by the press, closed by the platform. Positions exist only inside it and only with the second
-- consent (TGD-12, TGD-30); each alarm has its own key, destroyed after three days (TGD-43).
CREATE TABLE IF NOT EXISTS tgd_alarm (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    device_id   bigint      NOT NULL,
    pressed_ms  bigint      NOT NULL,                          -- device time of the press, the gateway's if it gave none
    opened_at   timestamptz NOT NULL DEFAULT now(),
    closed_at   timestamptz,
    key         bytea,                                         -- NULL once destroyed
    erase_at    timestamptz NOT NULL DEFAULT now() + interval '3 days'
);
CREATE UNIQUE INDEX IF NOT EXISTS tgd_alarm_one_open ON tgd_alarm (device_id) WHERE closed_at IS NULL;

CREATE TABLE IF NOT EXISTS tgd_position (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    alarm_id    bigint      NOT NULL REFERENCES tgd_alarm (id),
    received_at timestamptz NOT NULL DEFAULT now(),
    sealed      bytea       NOT NULL                           -- AES-GCM under the alarm's key
);
-- A press in the log whose alarm could not be opened yet: any gateway opens it, also one that was started since.
CREATE TABLE IF NOT EXISTS tgd_waiting (
    device_id   bigint PRIMARY KEY,
    pressed_ms  bigint NOT NULL,
    received_ms bigint NOT NULL                                -- stream time of the press
);
CREATE INDEX IF NOT EXISTS tgd_position_alarm ON tgd_position (alarm_id, id);
