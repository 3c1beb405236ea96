"""What the catalog knows of providers: whether they may charge, and their state."""

from alembic import op

revision = "0002"
down_revision = "0001"

COLUMNS = """
ALTER TABLE providers
    ADD COLUMN may_charge boolean NOT NULL DEFAULT true,
    ADD COLUMN state text NOT NULL DEFAULT 'active',
    ADD COLUMN stopped boolean NOT NULL DEFAULT false;
"""


def upgrade() -> None:
    op.execute(COLUMNS)


def downgrade() -> None:
    for column in ("may_charge", "state", "stopped"):
        op.drop_column("providers", column)
