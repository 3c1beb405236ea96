"""The first read models of the ledger."""

from alembic import op

revision = "0001"
down_revision = None

TABLES = """
CREATE TABLE appropriations (
    id text PRIMARY KEY, fund text NOT NULL, year integer NOT NULL,
    appropriated_fen bigint NOT NULL, allocated_fen bigint NOT NULL
);
CREATE TABLE batches (
    id text PRIMARY KEY, fund text NOT NULL, year integer NOT NULL, region text NOT NULL,
    amount_fen bigint NOT NULL, granted_fen bigint NOT NULL, granted integer NOT NULL
);
CREATE TABLE vouchers (
    id text PRIMARY KEY, batch_id text NOT NULL, holder text NOT NULL, region text NOT NULL,
    state text NOT NULL, face_fen bigint NOT NULL, available_fen bigint NOT NULL,
    reserved_fen bigint NOT NULL, redeemed_fen bigint NOT NULL, use_by text NOT NULL
);
CREATE INDEX vouchers_holder ON vouchers (holder);
CREATE TABLE shares (order_id text PRIMARY KEY, voucher_id text NOT NULL);
CREATE TABLE redemptions (
    id text PRIMARY KEY, order_id text NOT NULL, voucher_id text NOT NULL, provider text NOT NULL,
    region text NOT NULL, fen bigint NOT NULL, invoice_number text NOT NULL, state text NOT NULL
);
CREATE INDEX redemptions_provider ON redemptions (provider);
CREATE TABLE postings (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, stream text NOT NULL,
    version integer NOT NULL, account text NOT NULL, fen bigint NOT NULL
);
CREATE INDEX postings_account ON postings (account);
CREATE TABLE standings (
    subject_id text PRIMARY KEY, is_user boolean NOT NULL, region text NOT NULL
);
CREATE TABLE offers (
    listing_id text PRIMARY KEY, provider text NOT NULL, category text NOT NULL,
    price_fen bigint NOT NULL, valid_from text, valid_until text,
    rate_bp integer NOT NULL, cap_fen bigint NOT NULL
);
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    for table in (
        "appropriations", "batches", "vouchers", "shares", "redemptions", "postings",
        "standings", "offers",
    ):  # fmt: skip
        op.drop_table(table)
