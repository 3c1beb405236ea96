"""Who is on the blacklist, in how each subject stands (黑名单, art. 28)."""

from alembic import op

revision = "0006"
down_revision = "0005"

COLUMN = """
ALTER TABLE standing ADD COLUMN blacklisted_until text;
COMMENT ON COLUMN standing.blacklisted_until IS
    'last legal date on the blacklist (art. 28); NULL for who is not on it';
"""


def upgrade() -> None:
    op.execute(COLUMN)


def downgrade() -> None:
    op.drop_column("standing", "blacklisted_until")
