"""Whose vouchers are held because an account of theirs is frozen."""

from alembic import op

revision = "0007"
down_revision = "0006"

TABLES = """
CREATE TABLE holds (
    subject_id text NOT NULL, account_id text NOT NULL, PRIMARY KEY (subject_id, account_id)
);
COMMENT ON TABLE holds
    IS 'whose vouchers are held, because of which frozen account (art. 35)';
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    op.drop_table("holds")
