"""The first read models of the catalog."""

from alembic import op

revision = "0001"
down_revision = None

TABLES = """
CREATE TABLE listings (
    id text PRIMARY KEY, revision integer NOT NULL, provider text NOT NULL, region text NOT NULL,
    category text NOT NULL, title text NOT NULL, description text NOT NULL,
    price_fen bigint NOT NULL, content_sha256 text NOT NULL, state text NOT NULL,
    valid_from text, valid_until text, rate_bp integer, cap_fen bigint
);
CREATE INDEX listings_provider ON listings (provider);
CREATE INDEX listings_category ON listings (category);
CREATE TABLE providers (subject_id text PRIMARY KEY, region text NOT NULL);
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    for table in ("listings", "providers"):
        op.drop_table(table)
