"""The log: events, command outcomes, entries, publication, tracking, parked entries."""

from alembic import op

revision = "0001"
down_revision = None

INSERT_ONLY = ("events", "commands", "entries")

TABLES = """
CREATE TABLE events (
    tx xid8 NOT NULL DEFAULT pg_current_xact_id(),
    id bigint GENERATED ALWAYS AS IDENTITY,
    stream uuid NOT NULL,
    version integer NOT NULL CHECK (version >= 0),
    type text NOT NULL,
    body text NOT NULL,
    CONSTRAINT events_order PRIMARY KEY (tx, id),
    CONSTRAINT events_stream_version UNIQUE (stream, version)
);
COMMENT ON TABLE events IS 'Every state change; body is canonical JSON (RFC 8785). Insert only.';

CREATE TABLE commands (
    id uuid CONSTRAINT commands_id PRIMARY KEY,
    name text NOT NULL,
    digests text NOT NULL,
    outcome text NOT NULL
);
COMMENT ON TABLE commands IS 'Outcome of every command, refused ones too, for ever. Insert only.';

CREATE TABLE entries (
    position bigint CONSTRAINT entries_position PRIMARY KEY CHECK (position >= 0),
    tx xid8 NOT NULL,
    event_id bigint NOT NULL
);
COMMENT ON TABLE entries IS 'The place of each event in the log: dense from 0. Insert only.';

CREATE TABLE published (
    log text PRIMARY KEY,
    position bigint NOT NULL
);
COMMENT ON TABLE published IS 'Up to which position the broker has confirmed the log.';

CREATE TABLE tracking (
    log text PRIMARY KEY,
    position bigint NOT NULL
);
COMMENT ON TABLE tracking IS 'Up to which position each other log has been applied here.';

CREATE TABLE parked (
    log text NOT NULL,
    position bigint NOT NULL,
    entry text NOT NULL,
    error text NOT NULL,
    parked_at timestamptz NOT NULL DEFAULT now(),
    released_at timestamptz,
    PRIMARY KEY (log, position)
);
COMMENT ON TABLE parked IS 'Entries of other logs that could not be applied, with the reason.';

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is insert-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION advance_tracking(the_log text, first bigint, last bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF first = 0 THEN
        INSERT INTO tracking (log, position) VALUES (the_log, last) ON CONFLICT DO NOTHING;
        IF FOUND THEN RETURN; END IF;
    ELSE
        UPDATE tracking SET position = last WHERE log = the_log AND position = first - 1;
        IF FOUND THEN RETURN; END IF;
    END IF;
    RAISE EXCEPTION 'entries % to % of % are not next', first, last, the_log
        USING ERRCODE = 'WC001';
END $$;
COMMENT ON FUNCTION advance_tracking IS 'Each entry of another log takes effect exactly once.';
"""


def upgrade() -> None:
    op.execute(TABLES)
    for table in INSERT_ONLY:
        op.execute(
            f"CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    raise RuntimeError("the log is never taken back")
