"""The first read models of matching."""

from alembic import op

revision = "0001"
down_revision = None

TABLES = """
CREATE TABLE orders (
    id text PRIMARY KEY, listing_id text NOT NULL, listing_revision integer NOT NULL,
    category text NOT NULL, region text NOT NULL, "user" text NOT NULL, provider text NOT NULL,
    voucher_id text NOT NULL, price_fen bigint NOT NULL, voucher_fen bigint, own_fen bigint,
    state text NOT NULL, refusal jsonb
);
CREATE INDEX orders_user ON orders ("user");
CREATE INDEX orders_provider ON orders (provider);
CREATE TABLE standings (
    subject_id text PRIMARY KEY, is_user boolean NOT NULL, is_provider boolean NOT NULL
);
CREATE TABLE listings (
    listing_id text PRIMARY KEY, revision integer NOT NULL, provider text NOT NULL,
    region text NOT NULL, category text NOT NULL, price_fen bigint NOT NULL,
    withdrawn boolean NOT NULL, valid_from text, valid_until text
);
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    for table in ("orders", "standings", "listings"):
        op.drop_table(table)
