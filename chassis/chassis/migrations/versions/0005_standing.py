"""How each subject stands (主体状态), as identity publishes it: by which every service guards."""

from alembic import op

revision = "0005"
down_revision = "0004"

TABLES = """
CREATE TABLE standing (
    subject_id text PRIMARY KEY, kind text NOT NULL DEFAULT '', region text NOT NULL DEFAULT '',
    verified boolean NOT NULL DEFAULT false, is_user boolean NOT NULL DEFAULT false,
    aged_out boolean NOT NULL DEFAULT false, provider text, provider_kind text,
    may_charge boolean NOT NULL DEFAULT false, stopped boolean NOT NULL DEFAULT false,
    frozen text[] NOT NULL DEFAULT '{}'
);
CREATE INDEX standing_frozen ON standing (subject_id) WHERE cardinality(frozen) > 0;
COMMENT ON TABLE standing IS 'read model in every service that follows identity (chassis.standing)';
COMMENT ON COLUMN standing.provider IS 'active, suspended or exited; NULL for who never was one';
COMMENT ON COLUMN standing.stopped IS 'they asked for erasure: nothing new begins';
COMMENT ON COLUMN standing.frozen IS 'their accounts that are frozen (art. 35)';
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    op.drop_table("standing")
