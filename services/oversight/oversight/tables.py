"""The mirror of every log and the read model of verdicts."""

from sqlalchemy import BigInteger, Column, Identity, MetaData, String, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

METADATA = MetaData()

MIRROR = Table(
    "mirror",
    METADATA,
    Column("log", String, primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("entry", Text, nullable=False),
    comment="every entry of every followed log, byte for byte; insert only",
)

COSIGNED = Table(
    "cosigned",
    METADATA,
    Column("log", String, primary_key=True),
    Column("size", BigInteger, primary_key=True),
    Column("root", String, nullable=False),
    Column("note", Text, nullable=False),
    Column("at", String, nullable=False),
    comment="checkpoints that the witness cosigned; insert only",
)

WATCHED = Table(
    "watched",
    METADATA,
    Column("log", String, primary_key=True),
    Column("since", String, nullable=False),
    comment="since when a log has been witnessed; insert only",
)

FORKS = Table(
    "forks",
    METADATA,
    Column("log", String, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("note", Text, nullable=False),
    Column("own_root", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("at", String, nullable=False),
    comment="proof that a log signed something else than what it gave us; insert only",
)

ACKNOWLEDGED = Table(
    "acknowledged",
    METADATA,
    Column("subscriber", String, primary_key=True),
    Column("followed", String, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("root", String, nullable=False),
    Column("at", String, nullable=False),
    comment="the newest acknowledgement of each subscriber and log",
)

PARKED_BY = Table(
    "parked_by",
    METADATA,
    Column("subscriber", String, primary_key=True),
    Column("followed", String, primary_key=True),
    Column("position", BigInteger, primary_key=True),
    comment="entries that a subscriber says it could not apply, until released",
)

STREAMS = Table(
    "witnessed_streams",
    METADATA,
    Column("log", String, primary_key=True),
    Column("stream", String, primary_key=True),
    Column("version", BigInteger, nullable=False),
    comment="the last version of each stream that the witness cosigned",
)

FINDINGS = Table(
    "findings",
    METADATA,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("subject", String, nullable=False, unique=True),
    Column("rule", String, nullable=False),
    Column("about", String),
    Column("position", BigInteger),
    Column("zh", Text, nullable=False),
    Column("en", Text, nullable=False),
    Column("opened_at", String, nullable=False),
    Column("closed_at", String),
    Column("how", String),
    comment="findings until they are dealt with, and how they were",
)

REPLAYS = Table(
    "replays",
    METADATA,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("verdict", String, nullable=False),
    Column("logs", JSONB, nullable=False),
    Column("entries", BigInteger, nullable=False),
    Column("totals", JSONB, nullable=False),
    Column("states", JSONB, nullable=False),
    Column("found", BigInteger, nullable=False),
    Column("findings", JSONB, nullable=False),
    Column("seals", JSONB, nullable=False),
    Column("at", String, nullable=False),
)
