"""What was delivered for orders, as matching's log says."""

from alembic import op

revision = "0011"
down_revision = "0010"

INSERT_ONLY = ("deliveries",)


def upgrade() -> None:
    op.execute("CREATE TABLE deliveries (order_id text PRIMARY KEY, evidence_sha256 text NOT NULL)")
    for table in INSERT_ONLY:
        op.execute(
            f"CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    raise RuntimeError("read models are not taken back")
