"""Subject keys: what seals personal fields in events."""

from alembic import op

revision = "0002"
down_revision = "0001"

TABLES = """
CREATE TABLE subject_keys (
    subject_id text CONSTRAINT subject_keys_once PRIMARY KEY,
    stream uuid NOT NULL,
    wrapped text NOT NULL,
    master text NOT NULL
);
COMMENT ON TABLE subject_keys IS
    'Each subject''s key, wrapped by the master key. Deleted with its destruction in the log.';

CREATE FUNCTION guard_subject_key() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_stream uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.stream ELSE NEW.stream END;
    made boolean;
    destroyed boolean;
BEGIN
    SELECT coalesce(bool_or(type = 'identity.SubjectKeyMade'), false),
           coalesce(bool_or(type = 'identity.SubjectKeyDestroyed'), false)
    INTO made, destroyed FROM events WHERE stream = the_stream;
    IF TG_OP = 'DELETE' AND destroyed THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'INSERT' AND made AND NOT destroyed THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND NOT destroyed
        AND NEW.subject_id = OLD.subject_id AND NEW.stream = OLD.stream THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% of the key of % does not follow the log', TG_OP, the_stream
        USING ERRCODE = 'insufficient_privilege';
END $$;
COMMENT ON FUNCTION guard_subject_key IS 'Keys come and go with their events, and not otherwise.';

CREATE TRIGGER follows_the_log BEFORE INSERT OR UPDATE OR DELETE ON subject_keys
    FOR EACH ROW EXECUTE FUNCTION guard_subject_key();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON subject_keys
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION hold_subject_key(the_subject text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM subject_keys WHERE subject_id = the_subject FOR KEY SHARE;
    IF NOT FOUND THEN
        -- As for any stream that others changed meanwhile: the decision is made anew.
        RAISE EXCEPTION 'the key of % is gone', the_subject
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'events_stream_version';
    END IF;
END $$;
COMMENT ON FUNCTION hold_subject_key IS 'What is sealed is appended only while its key is there.';
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    raise RuntimeError("keys are never given up unseen")
