"""How providers stand is learnt in one way everywhere (chassis.standing)."""

from alembic import op

revision = "0003"
down_revision = "0002"

MOVE = """
INSERT INTO standing (subject_id, region, verified, provider, may_charge, stopped)
    SELECT subject_id, region, true, state, may_charge, stopped FROM providers
    ON CONFLICT DO NOTHING;
DROP TABLE providers;
"""


def upgrade() -> None:
    op.execute(MOVE)


def downgrade() -> None:
    raise RuntimeError("what was learnt in one table does not go back into others")
