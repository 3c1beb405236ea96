"""The sealed log: tiles of the Merkle tree, and signed checkpoints."""

from alembic import op

revision = "0002"
down_revision = "0001"

INSERT_ONLY = ("tiles", "checkpoints")

TABLES = """
CREATE TABLE tiles (
    level smallint NOT NULL,
    number bigint NOT NULL,
    start smallint NOT NULL,
    hashes bytea NOT NULL,
    PRIMARY KEY (level, number, start)
);
COMMENT ON TABLE tiles IS
    'Hashes of the Merkle tree (C2SP tlog-tiles), each once, in pieces by start. Insert only.';

CREATE TABLE checkpoints (
    size bigint PRIMARY KEY CHECK (size > 0),
    note text NOT NULL,
    sealed_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE checkpoints IS 'Signed checkpoints (C2SP signed notes). Insert only.';
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
