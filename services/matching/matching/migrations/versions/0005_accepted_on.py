"""Orders accepted before fees were known have their day too, as the log gives it."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute(
        "UPDATE orders SET accepted_on = to_char((body::jsonb ->> 'recorded_at')::timestamptz "
        "AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD') FROM events "
        "WHERE accepted_on IS NULL AND stream = orders.id::uuid AND type = 'matching.OrderAccepted'"
    )


def downgrade() -> None:
    raise RuntimeError("read models are not taken back")
