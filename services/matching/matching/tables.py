"""The read models of matching."""

from sqlalchemy import BigInteger, Boolean, Column, Identity, Integer, MetaData, String, Table
from sqlalchemy.dialects.postgresql import JSONB

METADATA = MetaData()

ORDERS = Table(
    "orders",
    METADATA,
    Column("id", String, primary_key=True),
    Column("listing_id", String, nullable=False),
    Column("listing_revision", Integer, nullable=False),
    Column("category", String, nullable=False),
    Column("region", String, nullable=False),
    Column("user", String, nullable=False, index=True),
    Column("provider", String, nullable=False, index=True),
    Column("voucher_id", String, nullable=False),
    Column("price_fen", BigInteger, nullable=False),
    Column("fee", JSONB),
    Column("voucher_fen", BigInteger),
    Column("own_fen", BigInteger),
    Column("accepted_fen", BigInteger),
    Column("voucher_due_fen", BigInteger),
    Column("own_due_fen", BigInteger),
    Column("accepted_on", String),
    Column("state", String, nullable=False),
    Column("due_by", String),
    Column("refusal", JSONB),
)

# learnt from the logs of other services

LISTINGS = Table(
    "listings",
    METADATA,
    Column("listing_id", String, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("provider", String, nullable=False),
    Column("region", String, nullable=False),
    Column("category", String, nullable=False),
    Column("price_fen", BigInteger, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("valid_from", String),
    Column("valid_until", String),
)

FEE_SCHEDULES = Table(
    "fee_schedules",
    METADATA,
    Column("provider", String, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("rate_bp", Integer, nullable=False),
    Column("rates", JSONB, nullable=False),
    Column("valid_from", String, nullable=False),
    Column("content_sha256", String, nullable=False),
    Column("signed", Boolean, nullable=False),
    comment="what operator and providers agree on; a version holds once both signed it",
)

FEE_STREAMS = Table(
    "fee_streams",
    METADATA,
    Column("id", String, primary_key=True),
    Column("provider", String, nullable=False),
    comment="of which provider a stream of fee schedules is",
)

DEADLINES = Table(
    "deadlines",
    METADATA,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("name", String, nullable=False),
    Column("valid_from", String, nullable=False),
    Column("days", Integer, nullable=False),
    comment="how long parties have, as it was set, in order; insert only",
)
