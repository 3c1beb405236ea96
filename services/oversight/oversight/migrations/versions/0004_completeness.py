"""What every subscriber acknowledges of every log that it follows."""

from alembic import op

revision = "0004"
down_revision = "0003"

TABLES = """
CREATE TABLE acknowledged (
    subscriber text NOT NULL, followed text NOT NULL, size bigint NOT NULL, root text NOT NULL,
    at text NOT NULL, PRIMARY KEY (subscriber, followed)
);
COMMENT ON TABLE acknowledged IS 'The newest acknowledgement of each subscriber and log.';
CREATE TABLE parked_by (
    subscriber text NOT NULL, followed text NOT NULL, position bigint NOT NULL,
    PRIMARY KEY (subscriber, followed, position)
);
COMMENT ON TABLE parked_by IS 'Entries that a subscriber says it could not apply, until released.';
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    op.drop_table("acknowledged")
    op.drop_table("parked_by")
