"""Who used a device: by its digest."""

from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.execute("CREATE INDEX contacts_device ON contacts (digest) WHERE kind = 'device'")


def downgrade() -> None:
    raise RuntimeError("read models are not taken back")
