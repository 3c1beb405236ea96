"""What a reconciliation compares, and what it found."""

from alembic import op

revision = "0016"
down_revision = "0015"

TABLES = """
ALTER TABLE own_shares ADD voucher_fen bigint, ADD position bigint;
CREATE INDEX own_shares_position ON own_shares (position);
ALTER TABLE shares ADD lapsed_fen bigint NOT NULL DEFAULT 0;
UPDATE shares s SET lapsed_fen = (e.body::jsonb #>> '{data,fen}')::bigint FROM events e
    WHERE e.type = 'voucher-ledger.VoucherShareLapsed'
    AND e.body::jsonb #>> '{data,order_id}' = s.order_id;
CREATE TABLE payment_lines (
    payment_order_id text NOT NULL, redemption_id text NOT NULL, fen bigint NOT NULL,
    state text NOT NULL, PRIMARY KEY (payment_order_id, redemption_id)
);
CREATE INDEX payment_lines_redemption ON payment_lines (redemption_id);
INSERT INTO payment_lines
    SELECT o.id, item ->> 'redemption_id', (item ->> 'fen')::bigint,
        CASE o.state WHEN 'settled' THEN 'paid' ELSE o.state END
    FROM payment_orders o JOIN events e ON e.stream = o.id::uuid
        AND e.type = 'voucher-ledger.PaymentOrderProposed'
    CROSS JOIN jsonb_array_elements(e.body::jsonb #> '{data,items}') AS item;
UPDATE payment_lines l SET state = 'returned' FROM events e
    CROSS JOIN jsonb_array_elements_text(e.body::jsonb #> '{data,returned}') AS back
    WHERE e.stream = l.payment_order_id::uuid AND back = l.redemption_id
    AND e.type IN ('voucher-ledger.PaymentOrderSettled', 'voucher-ledger.PaymentOrderReversed');
CREATE TABLE reconciliations (
    id text PRIMARY KEY, number integer NOT NULL UNIQUE, day text NOT NULL, since bigint NOT NULL,
    covered bigint NOT NULL, root text, orders_seen bigint NOT NULL,
    checked integer NOT NULL, found integer NOT NULL, complete boolean NOT NULL
);
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON reconciliations
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TABLE differences (
    id text PRIMARY KEY, reconciliation_id text NOT NULL, order_id text NOT NULL,
    kind text NOT NULL, sides jsonb NOT NULL, state text NOT NULL, decider text, reason text
);
CREATE INDEX differences_order ON differences (order_id);
CREATE INDEX differences_reconciliation ON differences (reconciliation_id);
"""


def upgrade() -> None:
    for step in TABLES.split(";\n"):
        if step.strip():
            op.get_bind().exec_driver_sql(step)


def downgrade() -> None:
    raise RuntimeError("read models are not taken back")
