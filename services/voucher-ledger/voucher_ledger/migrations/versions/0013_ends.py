"""How vouchers and redemptions end: voided, lapsed, clawed back."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.execute("ALTER TABLE vouchers ADD clawed_fen bigint NOT NULL DEFAULT 0")
    op.execute("ALTER TABLE shares ADD clawed_fen bigint NOT NULL DEFAULT 0")
    op.execute("ALTER TABLE shares ADD applied boolean NOT NULL DEFAULT false")
    op.execute(
        "UPDATE shares s SET applied = true FROM redemptions r WHERE r.order_id = s.order_id"
    )
    op.execute(
        "CREATE INDEX shares_unasked ON shares (voucher_id) WHERE NOT applied AND redeemed_fen > 0"
    )
    op.execute(
        "ALTER TABLE redemptions ADD demanded_fen bigint NOT NULL DEFAULT 0, "
        "ADD repaid_fen bigint NOT NULL DEFAULT 0, ADD written_off_fen bigint NOT NULL DEFAULT 0, "
        "ADD repay_by text"
    )


def downgrade() -> None:
    raise RuntimeError("read models are not taken back")
