"""A deposit of the bank counts for one demand; what was booked before is taken over."""

from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.execute(
        "CREATE TABLE deposits (bank_reference text CONSTRAINT deposits_reference PRIMARY KEY, "
        "redemption_id text NOT NULL)"
    )
    op.execute(
        "INSERT INTO deposits SELECT DISTINCT ON (1) "
        "body::jsonb #>> '{data,bank_reference}', stream::text FROM events "
        "WHERE type = 'voucher-ledger.RedemptionRepaid' ORDER BY 1, tx, id"
    )
    op.execute(
        "CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON deposits "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    raise RuntimeError("read models are not taken back")
