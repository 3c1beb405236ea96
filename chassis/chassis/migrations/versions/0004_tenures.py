"""The operator's tenures (运营期), as identity publishes them: who may operate, when."""

from alembic import op

revision = "0004"
down_revision = "0003"

TABLES = """
CREATE TABLE tenures (
    tenure_id text PRIMARY KEY, number integer NOT NULL, operator text NOT NULL, uscc text NOT NULL,
    contract_number text NOT NULL, valid_from text NOT NULL, valid_until text NOT NULL,
    warnings integer NOT NULL DEFAULT 0, state text NOT NULL DEFAULT 'granted', successor_id text
);
COMMENT ON TABLE tenures IS
    'read model in every service: by which tenure its staff are guarded (chassis.tenure)';
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    op.drop_table("tenures")
