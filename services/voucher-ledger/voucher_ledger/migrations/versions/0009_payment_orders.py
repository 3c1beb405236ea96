"""Rounds of samples, payment orders, and how far a redemption has got."""

from alembic import op

revision = "0009"
down_revision = "0008"

TABLES = """
ALTER TABLE redemptions
    ADD COLUMN sampled boolean NOT NULL DEFAULT false, ADD COLUMN payable_from text,
    ADD COLUMN pay_by text NOT NULL DEFAULT '', ADD COLUMN overdue boolean NOT NULL DEFAULT false,
    ADD COLUMN payment_order_id text;
CREATE INDEX redemptions_approved ON redemptions (id) WHERE state = 'approved';
CREATE INDEX redemptions_unpaid ON redemptions (pay_by)
    WHERE state NOT IN ('paid', 'rejected') AND NOT overdue;
CREATE TABLE sample_rounds (
    id text PRIMARY KEY, number integer NOT NULL, commitment text NOT NULL, secret text,
    size bigint, note_sha256 text, considered integer NOT NULL, selected integer NOT NULL,
    state text NOT NULL
);
CREATE TABLE payment_orders (
    id text PRIMARY KEY, state text NOT NULL, count integer NOT NULL, total_fen bigint NOT NULL,
    approvals integer NOT NULL, created_at text, csv_sha256 text, pain001_sha256 text,
    paid_fen bigint NOT NULL, returned_fen bigint NOT NULL
);
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    raise RuntimeError("read models are not taken back")
