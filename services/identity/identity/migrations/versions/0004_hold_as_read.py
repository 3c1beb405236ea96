"""Holding a subject's key also asks that nothing happened to what was read."""

from alembic import op

revision = "0004"
down_revision = "0003"

FUNCTION = """
CREATE FUNCTION hold_subject_key(the_subject text, the_stream uuid, the_version integer)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM hold_subject_key(the_subject);
    -- A statement of its own: it sees what was committed while the key was waited for.
    IF EXISTS (SELECT 1 FROM events WHERE stream = the_stream AND version > the_version) THEN
        RAISE EXCEPTION 'something happened to % meanwhile', the_stream
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'events_stream_version';
    END IF;
END $$;
COMMENT ON FUNCTION hold_subject_key(text, uuid, integer) IS
    'What is decided on a stream that it does not write is appended only while that is so.';
"""


def upgrade() -> None:
    op.execute(FUNCTION)


def downgrade() -> None:
    op.execute("DROP FUNCTION hold_subject_key(text, uuid, integer)")
