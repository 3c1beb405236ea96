"""The mirror and the first read model of oversight.

The next issue adds checkpoints, cosignatures and the hashes of the mirrored entries.
"""

from alembic import op

revision = "0001"
down_revision = None

TABLES = """
CREATE TABLE mirror (
    log text NOT NULL, position bigint NOT NULL CHECK (position >= 0), entry text NOT NULL,
    PRIMARY KEY (log, position)
);
COMMENT ON TABLE mirror IS 'Every entry of every followed log, byte for byte. Insert only.';
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON mirror
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TABLE replays (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id text NOT NULL UNIQUE,
    verdict text NOT NULL, logs jsonb NOT NULL, entries bigint NOT NULL, totals jsonb NOT NULL,
    states jsonb NOT NULL, found bigint NOT NULL, findings jsonb NOT NULL, at text NOT NULL
);
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    raise RuntimeError("the mirror is never taken back")
