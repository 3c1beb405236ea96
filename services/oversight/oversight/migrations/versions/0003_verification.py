"""What a verification checked of each log, beside its verdict."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute("ALTER TABLE replays ADD COLUMN seals jsonb NOT NULL DEFAULT '{}'")


def downgrade() -> None:
    op.drop_column("replays", "seals")
