"""Nobody has two vouchers of one batch; whoever asks who has none finds it by this index."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.execute("CREATE UNIQUE INDEX vouchers_holder_batch ON vouchers (holder, batch_id)")
    op.execute("DROP INDEX vouchers_holder")


def downgrade() -> None:
    op.execute("CREATE INDEX vouchers_holder ON vouchers (holder)")
    op.execute("DROP INDEX vouchers_holder_batch")
