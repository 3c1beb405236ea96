"""Tracking says which bytes were applied, and what of it was acknowledged; parked entries wait."""

from alembic import op

revision = "0003"
down_revision = "0002"

TABLES = """
ALTER TABLE tracking
    ADD COLUMN peaks bytea,
    ADD COLUMN hashing text,
    ADD COLUMN mattered bigint NOT NULL DEFAULT -1,
    ADD COLUMN acknowledged bigint NOT NULL DEFAULT -1,
    ADD COLUMN acknowledged_at timestamptz,
    ADD COLUMN version bigint NOT NULL DEFAULT 0;
UPDATE tracking SET mattered = position;
COMMENT ON COLUMN tracking.peaks IS
    'Roots of the complete subtrees over the applied entries; with the position they give the root '
    'that the log itself signs. NULL for what was applied before this column was there.';
COMMENT ON COLUMN tracking.mattered IS 'The last applied entry that has to be acknowledged.';
COMMENT ON COLUMN tracking.acknowledged IS 'The position that our own log acknowledges last.';
COMMENT ON COLUMN tracking.version IS 'Events that our own log holds about this subscription.';

ALTER TABLE parked
    ADD COLUMN told boolean NOT NULL DEFAULT false,
    ADD COLUMN asked text CHECK (asked IN ('applied', 'dismissed')),
    ADD COLUMN reason text;
COMMENT ON COLUMN parked.told IS 'Our own log says that it is parked.';
COMMENT ON COLUMN parked.asked IS 'What somebody asked the service to do with it.';

DROP FUNCTION advance_tracking(text, bigint, bigint);
CREATE FUNCTION advance_tracking(
    the_log text, first bigint, last bigint,
    the_peaks bytea DEFAULT NULL, the_hashing text DEFAULT NULL, that_mattered bigint DEFAULT NULL
) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF first = 0 THEN
        INSERT INTO tracking (log, position, peaks, hashing, mattered)
        VALUES (the_log, last, the_peaks, the_hashing, coalesce(that_mattered, last))
        ON CONFLICT DO NOTHING;
        IF FOUND THEN RETURN; END IF;
    ELSE
        UPDATE tracking SET position = last, peaks = the_peaks, hashing = the_hashing,
            mattered = greatest(mattered, coalesce(that_mattered, last))
        WHERE log = the_log AND position = first - 1;
        IF FOUND THEN RETURN; END IF;
    END IF;
    RAISE EXCEPTION 'entries % to % of % are not next', first, last, the_log
        USING ERRCODE = 'WC001';
END $$;
COMMENT ON FUNCTION advance_tracking IS 'Each entry of another log takes effect exactly once.';

CREATE FUNCTION tell_tracking(
    the_log text, the_version bigint,
    the_position bigint DEFAULT -1, the_time timestamptz DEFAULT NULL
) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tracking SET version = the_version,
        acknowledged = greatest(acknowledged, the_position),
        acknowledged_at = coalesce(the_time, acknowledged_at)
    WHERE log = the_log AND version = the_version - 1;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'event % about following % was written already', the_version, the_log
            USING ERRCODE = 'WC001';
    END IF;
END $$;
COMMENT ON FUNCTION tell_tracking IS 'Each event about a subscription is written exactly once.';
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    raise RuntimeError("what was acknowledged is never taken back")
