"""The read models of the ledger."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Identity,
    Integer,
    MetaData,
    String,
    Table,
)
from sqlalchemy.dialects.postgresql import JSONB

METADATA = MetaData()

BUDGETS = Table(
    "budgets",
    METADATA,
    Column("id", String, primary_key=True),
    Column("fund", String, nullable=False),
    Column("year", Integer, nullable=False),
    Column("region", String, nullable=False),
    Column("state", String, nullable=False),
    Column("received_fen", BigInteger, nullable=False),
    Column("given_fen", BigInteger, nullable=False),
    Column("committed_fen", BigInteger, nullable=False),
)

TRANSFERS = Table(
    "transfers",
    METADATA,
    Column("id", String, primary_key=True),
    Column("fund", String, nullable=False),
    Column("year", Integer, nullable=False),
    Column("source_region", String, nullable=False),
    Column("target_region", String, nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
    Column("reason", String, nullable=False),
    Column("approvals", Integer, nullable=False),
    Column("state", String, nullable=False),
)

BATCHES = Table(
    "batches",
    METADATA,
    Column("id", String, primary_key=True),
    Column("fund", String, nullable=False),
    Column("year", Integer, nullable=False),
    Column("region", String, nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
    Column("face_fen", BigInteger, nullable=False),
    Column("rate_bp", Integer, nullable=False),
    Column("item_cap_fen", BigInteger, nullable=False),
    Column("categories", JSONB, nullable=False),
    Column("category_caps", JSONB, nullable=False),
    Column("user_cap_fen", BigInteger),
    Column("target_region", String, nullable=False),
    Column("target_kinds", JSONB, nullable=False),
    Column("use_by", String, nullable=False),
    Column("redeem_by", String, nullable=False),
    Column("figures", JSONB, nullable=False),
    Column("state", String, nullable=False),
)

ALLOTMENTS = Table(
    "allotments",
    METADATA,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("batch_id", String, nullable=False, index=True),
    Column("category", String),
    Column("year", Integer),
    Column("fen", BigInteger, nullable=False),
)

BUDGET_SHARES = Table(
    "budget_shares",
    METADATA,
    Column("id", String, primary_key=True),
    Column("allotment_id", String, nullable=False, index=True),
    Column("left_fen", BigInteger, nullable=False),
    Column("drawn_fen", BigInteger, nullable=False),
    comment="leased shares of allotments: each row is written by one process alone",
)

GRANT_RUNS = Table(
    "grant_runs",
    METADATA,
    Column("id", String, primary_key=True),
    Column("batch_id", String, nullable=False),
    Column("source", String, nullable=False),
    Column("listed", Integer, nullable=False),
    Column("number", Integer, nullable=False, comment="chunks that were carried out"),
    Column("considered", BigInteger, nullable=False),
    Column("granted", BigInteger, nullable=False),
    Column("refused", JSONB, nullable=False, comment="how many by reason"),
    Column("state", String, nullable=False),
)

PARAMETERS = Table(
    "parameters",
    METADATA,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("name", String, nullable=False),
    Column("valid_from", String, nullable=False),
    Column("value", BigInteger, nullable=False),
    Column("document_number", String, nullable=False),
    comment="what was set, in order; insert only",
)

VOUCHERS = Table(
    "vouchers",
    METADATA,
    Column("id", String, primary_key=True),
    Column("batch_id", String, nullable=False),
    Column("holder", String, nullable=False, index=True),
    Column("region", String, nullable=False),
    Column("state", String, nullable=False),
    Column("face_fen", BigInteger, nullable=False),
    Column("available_fen", BigInteger, nullable=False),
    Column("reserved_fen", BigInteger, nullable=False),
    Column("redeemed_fen", BigInteger, nullable=False, comment="paid or still owed"),
    Column("paid_fen", BigInteger, nullable=False, server_default="0"),
    Column(
        "expired_fen",
        BigInteger,
        nullable=False,
        server_default="0",
        comment="went back to its year: expired, voided or owed no more",
    ),
    Column("clawed_fen", BigInteger, nullable=False, server_default="0"),
    Column("use_by", String, nullable=False),
)

SHARES = Table(
    "shares",
    METADATA,
    Column("order_id", String, primary_key=True),
    Column("voucher_id", String, nullable=False),
    Column("provider", String, nullable=False, index=True),
    Column("reserved_fen", BigInteger, nullable=False),
    Column("redeemed_fen", BigInteger, nullable=False, comment="paid or still owed"),
    Column("paid_fen", BigInteger, nullable=False),
    Column("clawed_fen", BigInteger, nullable=False, server_default="0"),
    Column(
        "lapsed_fen",
        BigInteger,
        nullable=False,
        server_default="0",
        comment="was owed, and went back to its year",
    ),
    Column("applied", Boolean, nullable=False, server_default="false"),
    Column("reserved_on", String, nullable=False, server_default=""),
    comment="which voucher pays a share of which order, and where that money is",
)

REDEMPTIONS = Table(
    "redemptions",
    METADATA,
    Column("id", String, primary_key=True),
    Column("order_id", String, nullable=False),
    Column("voucher_id", String, nullable=False),
    Column("provider", String, nullable=False, index=True),
    Column("region", String, nullable=False),
    Column("fen", BigInteger, nullable=False),
    Column("invoice_number", String, nullable=False),
    Column("state", String, nullable=False),
    Column("sampled", Boolean, nullable=False),
    Column("payable_from", String),
    Column("pay_by", String, nullable=False),
    Column("overdue", Boolean, nullable=False),
    Column("payment_order_id", String),
    Column("demanded_fen", BigInteger, nullable=False, server_default="0"),
    Column("repaid_fen", BigInteger, nullable=False, server_default="0"),
    Column("written_off_fen", BigInteger, nullable=False, server_default="0"),
    Column("repay_by", String),
    Column("contract_sha256", String, nullable=False, server_default=""),
    Column("hold", String),
    Column("detectors", JSONB, nullable=False, server_default="[]"),
)

SAMPLE_ROUNDS = Table(
    "sample_rounds",
    METADATA,
    Column("id", String, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("commitment", String, nullable=False),
    Column("secret", String),
    Column("size", BigInteger),
    Column("note_sha256", String),
    Column("considered", Integer, nullable=False),
    Column("selected", Integer, nullable=False),
    Column("state", String, nullable=False),
)

PAYMENT_ORDERS = Table(
    "payment_orders",
    METADATA,
    Column("id", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("count", Integer, nullable=False),
    Column("total_fen", BigInteger, nullable=False),
    Column("approvals", Integer, nullable=False),
    Column("created_at", String),
    Column("csv_sha256", String),
    Column("pain001_sha256", String),
    Column("paid_fen", BigInteger, nullable=False),
    Column("returned_fen", BigInteger, nullable=False),
)

PURCHASES = Table(
    "purchases",
    METADATA,
    Column("id", String, primary_key=True),
    Column("fund", String, nullable=False),
    Column("year", Integer, nullable=False),
    Column("region", String, nullable=False),
    Column("provider", String, nullable=False),
    Column("title", String, nullable=False),
    Column("fen", BigInteger, nullable=False),
    Column("procedure", String, nullable=False),
    Column("beneficiaries", Integer, nullable=False),
    Column("consents", Integer, nullable=False),
    Column("state", String, nullable=False),
    Column("accepted_fen", BigInteger, nullable=False),
    Column("opinion_sha256", String),
    Column("untendered", Boolean, nullable=False, server_default="false"),
    Column("contract_sha256", String, nullable=False, server_default=""),
    Column("evidence_sha256", String, nullable=False, server_default=""),
    Column("delivered_at", String, nullable=False, server_default=""),
    Column("accepted_at", String, nullable=False, server_default=""),
)

PAYMENT_LINES = Table(
    "payment_lines",
    METADATA,
    Column("payment_order_id", String, primary_key=True),
    Column("redemption_id", String, primary_key=True, index=True),
    Column("fen", BigInteger, nullable=False),
    Column("state", String, nullable=False, comment="proposed, rejected, issued, paid, returned"),
    comment="the payments of payment orders, and what the bank says of each",
)

RECONCILIATIONS = Table(
    "reconciliations",
    METADATA,
    Column("id", String, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("day", String, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("covered", BigInteger, nullable=False),
    Column("root", String),
    Column("orders_seen", BigInteger, nullable=False, comment="-1: nothing of matching's log"),
    Column("checked", Integer, nullable=False),
    Column("found", Integer, nullable=False),
    Column("complete", Boolean, nullable=False),
    comment="daily comparisons of the book with orders and payments; insert only",
)

DIFFERENCES = Table(
    "differences",
    METADATA,
    Column("id", String, primary_key=True),
    Column("reconciliation_id", String, nullable=False),
    Column("order_id", String, nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("sides", JSONB, nullable=False),
    Column("state", String, nullable=False),
    Column("decider", String),
    Column("reason", String),
)

OWN_PAYMENTS = Table(
    "own_payments",
    METADATA,
    Column("order_id", String, primary_key=True),
    Column("fen", BigInteger, nullable=False),
    Column("reference", String, nullable=False, unique=True),
    Column("proof_sha256", String, nullable=False),
    comment="what the payment institution says that users paid; insert only",
)

PAID_FROM = Table(
    "paid_from",
    METADATA,
    Column("payer", String, primary_key=True),
    Column("digest", String, primary_key=True),
    comment="keyed digests of the accounts that users ever paid own shares from; insert only",
)

REFUNDS = Table(
    "refunds",
    METADATA,
    Column("reference", String, primary_key=True),
    Column("order_id", String, nullable=False, index=True),
    Column("fen", BigInteger, nullable=False),
    comment="what the payment institution says that users got back; insert only",
)

DEPOSITS = Table(
    "deposits",
    METADATA,
    Column("bank_reference", String, primary_key=True),
    Column("redemption_id", String, nullable=False),
    comment="what the bank received of clawbacks, each once; insert only",
)

# learnt from the logs of other services

COSIGNED = Table(
    "cosigned",
    METADATA,
    Column("size", BigInteger, primary_key=True),
    Column("note", String, nullable=False),
    comment="checkpoints of this log that the supervisor cosigned (art. 8)",
)

DELIVERIES = Table(
    "deliveries",
    METADATA,
    Column("order_id", String, primary_key=True),
    Column("evidence_sha256", String, nullable=False),
    Column("delivered_at", String, nullable=False),
    Column("simhash", String),
    comment="the evidence of what was delivered, learnt from matching; insert only",
)

PLACEMENTS = Table(
    "placements",
    METADATA,
    Column("order_id", String, primary_key=True),
    Column("provider", String, nullable=False),
    Column("category", String, nullable=False),
    Column("price_fen", BigInteger, nullable=False),
    Column("placed_on", String, nullable=False),
    comment="what was ordered at which price, learnt from matching; insert only",
)

CONTACTS = Table(
    "contacts",
    METADATA,
    Column("subject", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("digest", String, primary_key=True),
    comment="keyed digests of contact data ever given, learnt from identity; insert only",
)

OWN_SHARES = Table(
    "own_shares",
    METADATA,
    Column("order_id", String, primary_key=True),
    Column("own_fen", BigInteger, nullable=False),
    Column("voucher_fen", BigInteger),
    Column("position", BigInteger, index=True, comment="of the acceptance, in matching's log"),
    Column("accepted_at", String, nullable=False),
    comment="what users and vouchers pay of accepted orders, learnt from matching; insert only",
)

OFFERS = Table(
    "offers",
    METADATA,
    Column("listing_id", String, primary_key=True),
    Column("provider", String, nullable=False),
    Column("category", String, nullable=False),
    Column("price_fen", BigInteger, nullable=False),
    Column("valid_from", String),
    Column("valid_until", String),
    Column("rate_bp", Integer, nullable=False),
    Column("cap_fen", BigInteger, nullable=False),
    Column("published_on", String, nullable=False, server_default=""),
)
