"""Orders are accepted whole or in part."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute(
        "ALTER TABLE orders ADD COLUMN accepted_fen bigint, "
        "ADD COLUMN voucher_due_fen bigint, ADD COLUMN own_due_fen bigint"
    )


def downgrade() -> None:
    op.execute(
        "ALTER TABLE orders DROP COLUMN accepted_fen, DROP COLUMN voucher_due_fen, "
        "DROP COLUMN own_due_fen"
    )
