"""Runs of grants, parameters, target groups, and what is learnt of those who may be granted."""

from alembic import op

revision = "0006"
down_revision = "0005"

INSERT_ONLY = ("parameters",)

TABLES = """
CREATE TABLE grant_runs (
    id text PRIMARY KEY, batch_id text NOT NULL, source text NOT NULL, listed integer NOT NULL,
    number integer NOT NULL, considered bigint NOT NULL, granted bigint NOT NULL,
    refused jsonb NOT NULL, state text NOT NULL
);
CREATE TABLE parameters (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL,
    valid_from text NOT NULL, value bigint NOT NULL, document_number text NOT NULL
);
ALTER TABLE batches
    ADD COLUMN target_region text NOT NULL, ADD COLUMN target_kinds jsonb NOT NULL,
    ADD COLUMN figures jsonb NOT NULL;
ALTER TABLE standings
    ALTER COLUMN is_user SET DEFAULT false, ALTER COLUMN region SET DEFAULT '',
    ADD COLUMN verified boolean NOT NULL DEFAULT false, ADD COLUMN kind text NOT NULL DEFAULT '';
CREATE INDEX standings_users ON standings (region, subject_id) WHERE is_user;
"""


def upgrade() -> None:
    op.execute(TABLES)
    for table in INSERT_ONLY:
        op.execute(
            f"CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    raise RuntimeError("read models are not taken back")
