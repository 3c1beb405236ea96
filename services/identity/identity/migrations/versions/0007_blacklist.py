"""The blacklist (黑名单, art. 28)."""

from alembic import op

revision = "0007"
down_revision = "0006"

TABLES = """
CREATE TABLE blacklistings (
    id text COLLATE "C" PRIMARY KEY, number integer NOT NULL, subject_id text NOT NULL,
    region text NOT NULL, grounds text NOT NULL, reason text NOT NULL,
    evidence_sha256 text NOT NULL, entered_on text COLLATE "C" NOT NULL,
    until text COLLATE "C" NOT NULL, appeal_by text COLLATE "C" NOT NULL, state text NOT NULL,
    decide_by text COLLATE "C", referred_to text
);
CREATE INDEX blacklistings_subject ON blacklistings (subject_id);
CREATE INDEX blacklistings_until ON blacklistings (until) WHERE state NOT IN ('lifted', 'ended');
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    op.drop_table("blacklistings")
