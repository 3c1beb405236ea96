"""How subjects stand is learnt in one way everywhere (chassis.standing)."""

from alembic import op

revision = "0010"
down_revision = "0009"

MOVE = """
INSERT INTO standing (subject_id, kind, region, verified, is_user, aged_out, provider,
        provider_kind, frozen)
    SELECT s.subject_id, s.kind, s.region, s.verified, s.is_user, s.aged_out,
        CASE WHEN s.provider_kind IS NOT NULL THEN 'active' END, s.provider_kind,
        array(SELECT h.account_id FROM holds h WHERE h.subject_id = s.subject_id ORDER BY 1)
    FROM standings s
    ON CONFLICT DO NOTHING;
DROP TABLE standings, holds;
CREATE INDEX standing_users ON standing (region, subject_id) WHERE is_user AND NOT stopped;
"""


def upgrade() -> None:
    op.execute(MOVE)


def downgrade() -> None:
    raise RuntimeError("what was learnt in one table does not go back into others")
