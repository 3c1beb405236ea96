"""The read models of the ledger."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Integer,
    MetaData,
    String,
    Table,
)

METADATA = MetaData()

APPROPRIATIONS = Table(
    "appropriations",
    METADATA,
    Column("id", String, primary_key=True),
    Column("fund", String, nullable=False),
    Column("year", Integer, nullable=False),
    Column("appropriated_fen", BigInteger, nullable=False),
    Column("allocated_fen", BigInteger, nullable=False),
)

BATCHES = Table(
    "batches",
    METADATA,
    Column("id", String, primary_key=True),
    Column("fund", String, nullable=False),
    Column("year", Integer, nullable=False),
    Column("region", String, nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
    Column("granted_fen", BigInteger, nullable=False),
    Column("granted", Integer, nullable=False),
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
    Column("expired_fen", BigInteger, nullable=False, server_default="0"),
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
)

# learnt from the logs of other services

STANDINGS = Table(
    "standings",
    METADATA,
    Column("subject_id", String, primary_key=True),
    Column("is_user", Boolean, nullable=False),
    Column("region", String, nullable=False),
    Column("provider_kind", String, comment="of art. 23, if a provider"),
)

COSIGNED = Table(
    "cosigned",
    METADATA,
    Column("size", BigInteger, primary_key=True),
    Column("note", String, nullable=False),
    comment="checkpoints of this log that the supervisor cosigned (art. 8)",
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
)
