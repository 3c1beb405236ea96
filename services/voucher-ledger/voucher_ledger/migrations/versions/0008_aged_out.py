"""Users who turned sixty: no new grants."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.execute("ALTER TABLE standings ADD COLUMN aged_out boolean NOT NULL DEFAULT false")


def downgrade() -> None:
    op.drop_column("standings", "aged_out")
