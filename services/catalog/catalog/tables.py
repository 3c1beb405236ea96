"""The read models of the catalog."""

from sqlalchemy import BigInteger, Boolean, Column, Integer, MetaData, String, Table

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

# learnt from the logs of other services

PROVIDERS = Table(
    "providers",
    METADATA,
    Column("subject_id", String, primary_key=True),
    Column("region", String, nullable=False),
    Column("may_charge", Boolean, nullable=False),
    Column("state", String, nullable=False),
    Column("stopped", Boolean, nullable=False),
    comment="who may publish: active, and not about to be erased",
)
