"""Which device of a session was looked at last, as a keyed digest (设备)."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.execute("ALTER TABLE session_uses ADD noted text")


def downgrade() -> None:
    op.execute("ALTER TABLE session_uses DROP noted")
