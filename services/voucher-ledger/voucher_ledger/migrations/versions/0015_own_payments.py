"""What users pay of orders themselves, and what the payment institution says of it."""

from alembic import op

revision = "0015"
down_revision = "0014"

INSERT_ONLY = ("own_shares", "own_payments")


def upgrade() -> None:
    op.execute("CREATE TABLE own_shares (order_id text PRIMARY KEY, own_fen bigint NOT NULL)")
    op.execute(
        "CREATE TABLE own_payments (order_id text PRIMARY KEY, fen bigint NOT NULL, "
        "reference text NOT NULL CONSTRAINT own_payments_reference UNIQUE, "
        "proof_sha256 text NOT NULL)"
    )
    for table in INSERT_ONLY:
        op.execute(
            f"CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    raise RuntimeError("read models are not taken back")
