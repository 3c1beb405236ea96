"""What the detectors decide on about government purchases."""

from alembic import op

revision = "0021"
down_revision = "0020"

STEPS = """
ALTER TABLE purchases ADD untendered boolean NOT NULL DEFAULT false,
    ADD contract_sha256 text NOT NULL DEFAULT '', ADD evidence_sha256 text NOT NULL DEFAULT '',
    ADD delivered_at text NOT NULL DEFAULT '', ADD accepted_at text NOT NULL DEFAULT '';
UPDATE purchases p SET untendered = e.body::jsonb #>> '{data,procedure}' <> 'open-tender'
    AND e.body::jsonb #>> '{data,exemption}' IS NULL FROM events e
    WHERE e.type = 'voucher-ledger.PurchaseProposed' AND e.stream = p.id::uuid;
UPDATE purchases p SET contract_sha256 = e.body::jsonb #>> '{data,contract_sha256}' FROM events e
    WHERE e.type = 'voucher-ledger.PurchaseContracted' AND e.stream = p.id::uuid;
UPDATE purchases p SET evidence_sha256 = e.body::jsonb #>> '{data,evidence_sha256}',
    delivered_at = e.body::jsonb ->> 'recorded_at' FROM events e
    WHERE e.type = 'voucher-ledger.PurchaseDelivered' AND e.stream = p.id::uuid;
UPDATE purchases p SET accepted_at = e.body::jsonb ->> 'recorded_at' FROM events e
    WHERE e.type = 'voucher-ledger.PurchaseAccepted' AND e.stream = p.id::uuid;
CREATE INDEX purchases_contract ON purchases (contract_sha256) WHERE contract_sha256 <> '';
CREATE INDEX purchases_evidence ON purchases (evidence_sha256) WHERE evidence_sha256 <> '';
CREATE INDEX purchases_of_provider ON purchases (provider, fund, year, region);
"""


def upgrade() -> None:
    for step in STEPS.split(";\n"):
        if step.strip():
            op.get_bind().exec_driver_sql(step)


def downgrade() -> None:
    raise RuntimeError("read models are not taken back")
