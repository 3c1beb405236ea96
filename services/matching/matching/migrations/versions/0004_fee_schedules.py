"""Orders freeze the fee schedule that operator and provider agreed on (art. 15)."""

from alembic import op

revision = "0004"
down_revision = "0003"

INSERT_ONLY = ("fee_streams",)

TABLES = """
CREATE TABLE fee_schedules (
    provider text NOT NULL, number integer NOT NULL, rate_bp integer NOT NULL,
    rates jsonb NOT NULL, valid_from text NOT NULL, content_sha256 text NOT NULL,
    signed boolean NOT NULL, PRIMARY KEY (provider, number)
);
CREATE TABLE fee_streams (id text PRIMARY KEY, provider text NOT NULL);
ALTER TABLE orders ADD COLUMN fee jsonb, ADD COLUMN accepted_on text;
CREATE INDEX orders_accepted ON orders (accepted_on text_pattern_ops) WHERE state = 'accepted';
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
