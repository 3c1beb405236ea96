"""How subjects stand is learnt in one way everywhere (chassis.standing)."""

from alembic import op

revision = "0002"
down_revision = "0001"

MOVE = """
INSERT INTO standing (subject_id, verified, is_user, provider)
    SELECT subject_id, true, is_user, CASE WHEN is_provider THEN 'active' END FROM standings
    ON CONFLICT DO NOTHING;
DROP TABLE standings;
"""


def upgrade() -> None:
    op.execute(MOVE)


def downgrade() -> None:
    raise RuntimeError("what was learnt in one table does not go back into others")
