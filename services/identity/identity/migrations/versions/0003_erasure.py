"""Consents, erasures, and the business that erasure waits for."""

from alembic import op

revision = "0003"
down_revision = "0002"

TABLES = """
CREATE TABLE consents (
    id text PRIMARY KEY, subject_id text NOT NULL, given_to text NOT NULL, purpose text NOT NULL,
    scope text[] NOT NULL, given_at text NOT NULL, valid_until text NOT NULL,
    withdrawn boolean NOT NULL
);
CREATE INDEX consents_subject ON consents (subject_id, id);
CREATE TABLE erasures (subject_id text PRIMARY KEY, destroy_on text NOT NULL);
CREATE INDEX erasures_due ON erasures (destroy_on);
CREATE TABLE business (
    kind text NOT NULL, id text NOT NULL, subject_id text NOT NULL, as_provider boolean NOT NULL,
    open boolean NOT NULL, until text, redeem_by text, traded_on text, paid_on text, order_id text,
    PRIMARY KEY (kind, id, subject_id)
);
CREATE INDEX business_subject ON business (subject_id);
COMMENT ON TABLE business IS 'What subjects have to do with, learnt from other logs.';

-- Deleted keys are cleared away at once, and no session turns the guard off.
ALTER TABLE subject_keys
    SET (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0);
ALTER TABLE subject_keys ENABLE ALWAYS TRIGGER follows_the_log;
ALTER TABLE subject_keys ENABLE ALWAYS TRIGGER never_truncated;
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    for table in ("consents", "erasures", "business"):
        op.drop_table(table)
