"""Budgets of regions, transfers, batches with their terms, allotments and their leased shares."""

from alembic import op

revision = "0005"
down_revision = "0004"

TABLES = """
DROP TABLE appropriations;
DROP TABLE batches;
CREATE TABLE budgets (
    id text PRIMARY KEY, fund text NOT NULL, year integer NOT NULL, region text NOT NULL,
    state text NOT NULL, received_fen bigint NOT NULL, given_fen bigint NOT NULL,
    committed_fen bigint NOT NULL
);
CREATE TABLE transfers (
    id text PRIMARY KEY, fund text NOT NULL, year integer NOT NULL, source_region text NOT NULL,
    target_region text NOT NULL, amount_fen bigint NOT NULL, reason text NOT NULL,
    approvals integer NOT NULL, state text NOT NULL
);
CREATE TABLE batches (
    id text PRIMARY KEY, fund text NOT NULL, year integer NOT NULL, region text NOT NULL,
    amount_fen bigint NOT NULL, face_fen bigint NOT NULL, rate_bp integer NOT NULL,
    item_cap_fen bigint NOT NULL, categories jsonb NOT NULL, category_caps jsonb NOT NULL,
    user_cap_fen bigint, use_by text NOT NULL, redeem_by text NOT NULL, state text NOT NULL
);
CREATE TABLE allotments (
    id text PRIMARY KEY, kind text NOT NULL, batch_id text NOT NULL, category text, year integer,
    fen bigint NOT NULL
);
CREATE INDEX allotments_batch ON allotments (batch_id);
CREATE TABLE budget_shares (
    id text PRIMARY KEY, allotment_id text NOT NULL, left_fen bigint NOT NULL,
    drawn_fen bigint NOT NULL
);
CREATE INDEX budget_shares_allotment ON budget_shares (allotment_id);
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    raise RuntimeError("read models are not taken back")
