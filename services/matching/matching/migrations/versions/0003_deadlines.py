"""Orders are accepted whole or in part, and wait for their parties until a day."""

from alembic import op

revision = "0003"
down_revision = "0002"

INSERT_ONLY = ("deadlines",)

TABLES = """
CREATE TABLE deadlines (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL,
    valid_from text NOT NULL, days integer NOT NULL
);
ALTER TABLE orders
    ADD COLUMN accepted_fen bigint, ADD COLUMN voucher_due_fen bigint,
    ADD COLUMN own_due_fen bigint, ADD COLUMN due_by text;
CREATE INDEX orders_due ON orders (due_by) WHERE state IN ('funded', 'delivered');
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
