"""What detectors decide on, and what they hold."""

from alembic import op

revision = "0014"
down_revision = "0013"

STEPS = """
ALTER TABLE redemptions ADD contract_sha256 text NOT NULL DEFAULT '', ADD hold text,
    ADD detectors jsonb NOT NULL DEFAULT '[]';
UPDATE redemptions r SET contract_sha256 = e.body::jsonb #>> '{data,contract_sha256}'
    FROM events e WHERE e.stream = r.id::uuid AND e.type = 'voucher-ledger.RedemptionApplied';
CREATE INDEX redemptions_contract ON redemptions (contract_sha256);
CREATE INDEX deliveries_evidence ON deliveries (evidence_sha256);
ALTER TABLE shares ADD reserved_on text NOT NULL DEFAULT '';
UPDATE shares s SET reserved_on = to_char(
        (e.body::jsonb ->> 'recorded_at')::timestamptz AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD')
    FROM events e WHERE e.stream = s.voucher_id::uuid
    AND e.type = 'voucher-ledger.VoucherReserved'
    AND e.body::jsonb #>> '{data,order_id}' = s.order_id;
"""


def upgrade() -> None:
    for step in STEPS.split(";\n"):
        if step.strip():
            op.get_bind().exec_driver_sql(step)


def downgrade() -> None:
    raise RuntimeError("read models are not taken back")
