"""What was witnessed of each log: its tree, and the checkpoints that were cosigned."""

from alembic import op

revision = "0002"
down_revision = "0001"

TABLES = """
CREATE TABLE witness_tiles (
    log text NOT NULL, level smallint NOT NULL, number bigint NOT NULL, start smallint NOT NULL,
    hashes bytea NOT NULL, PRIMARY KEY (log, level, number, start)
);
CREATE TABLE cosigned (
    log text NOT NULL, size bigint NOT NULL, root text NOT NULL, note text NOT NULL,
    at text NOT NULL, PRIMARY KEY (log, size)
);
CREATE TABLE watched (log text PRIMARY KEY, since text NOT NULL);
CREATE TABLE forks (
    log text PRIMARY KEY, size bigint NOT NULL, note text NOT NULL, own_root text NOT NULL,
    reason text NOT NULL, at text NOT NULL
);
"""


def upgrade() -> None:
    op.execute(TABLES)
    for table in ("witness_tiles", "cosigned", "watched", "forks"):
        op.execute(
            f"CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    for table in ("witness_tiles", "cosigned", "watched", "forks"):
        op.drop_table(table)
