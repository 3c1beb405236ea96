"""Balances by batch, user, order and provider; the trial balance stands on sealed totals."""

from alembic import op

revision = "0004"
down_revision = "0003"

TABLES = """
DROP TABLE postings;
DROP TABLE shares;
CREATE TABLE shares (
    order_id text PRIMARY KEY, voucher_id text NOT NULL, provider text NOT NULL,
    reserved_fen bigint NOT NULL, redeemed_fen bigint NOT NULL, paid_fen bigint NOT NULL
);
CREATE INDEX shares_provider ON shares (provider);
ALTER TABLE vouchers
    ADD COLUMN paid_fen bigint NOT NULL DEFAULT 0,
    ADD COLUMN expired_fen bigint NOT NULL DEFAULT 0;
ALTER TABLE standings ADD COLUMN provider_kind text;
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    raise RuntimeError("read models are not taken back")
