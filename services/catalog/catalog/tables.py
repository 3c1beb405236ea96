"""The read models of the catalog."""

from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Table
from sqlalchemy.dialects.postgresql import JSONB

METADATA = MetaData()

LISTINGS = Table(
    "listings",
    METADATA,
    Column("id", String, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("provider", String, nullable=False, index=True),
    Column("region", String, nullable=False),
    Column("category", String, nullable=False, index=True),
    Column("title", String, nullable=False),
    Column("description", String, nullable=False),
    Column("price_fen", BigInteger, nullable=False),
    Column("content_sha256", String, nullable=False),
    Column("state", String, nullable=False),
    Column("valid_from", String),
    Column("valid_until", String),
    Column("rate_bp", Integer),
    Column("cap_fen", BigInteger),
)

FEE_SCHEDULES = Table(
    "fee_schedules",
    METADATA,
    Column("provider", String, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("side", String, nullable=False),
    Column("rate_bp", Integer, nullable=False),
    Column("rates", JSONB, nullable=False),
    Column("valid_from", String, nullable=False),
    Column("content_sha256", String, nullable=False),
    Column("state", String, nullable=False),
    Column("reason", String),
)

FEE_STREAMS = Table(
    "fee_streams",
    METADATA,
    Column("id", String, primary_key=True),
    Column("provider", String, nullable=False),
    comment="of which provider a stream of fee schedules is",
)
