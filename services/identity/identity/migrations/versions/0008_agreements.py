"""Agreements, version by version (协议与承诺, art. 29)."""

from alembic import op

revision = "0008"
down_revision = "0007"

TABLES = """
CREATE TABLE agreements (
    id text COLLATE "C" PRIMARY KEY, kind text NOT NULL, version integer NOT NULL, zh text NOT NULL,
    en text NOT NULL, text_sha256 text NOT NULL, valid_from text COLLATE "C" NOT NULL,
    published_by text NOT NULL, state text NOT NULL, UNIQUE (kind, version)
);
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    op.drop_table("agreements")
