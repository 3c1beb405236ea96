"""Checkpoints of the ledger's log that the supervisor cosigned."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("CREATE TABLE cosigned (size bigint PRIMARY KEY, note text NOT NULL)")


def downgrade() -> None:
    op.drop_table("cosigned")
