"""The read models of identity, and its private tables."""

from sqlalchemy import Boolean, Column, MetaData, String, Table, Uuid

METADATA = MetaData()

ACCOUNTS = Table(
    "accounts",
    METADATA,
    Column("account_id", String, primary_key=True),
    Column("role", String),
    Column("region", String),
    Column("subject_id", String, index=True),
)

SESSIONS = Table(
    "sessions",
    METADATA,
    Column("session_id", String, primary_key=True),
    Column("account_id", String, nullable=False, index=True),
    Column("expires_at", String, nullable=False),
    Column("ended", Boolean, nullable=False),
)

SUBJECTS = Table(
    "subjects",
    METADATA,
    Column("subject_id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("region", String, nullable=False),
    Column("is_user", Boolean, nullable=False),
    Column("is_provider", Boolean, nullable=False),
)

# private: written with a decision, never in an event, never rebuilt from the log

CREDENTIALS = Table(
    "credentials",
    METADATA,
    Column("account_id", String, primary_key=True),
    Column("password_hash", String, nullable=False),
)

PROVIDER_RESOURCES = Table(
    "provider_resources",
    METADATA,
    Column("subject_id", String, primary_key=True),
    Column("resources", String, nullable=False),
    comment="free text of art. 21 (2); the admission's event holds its digest",
)

SUBJECT_KEYS = Table(
    "subject_keys",
    METADATA,
    Column("subject_id", String, primary_key=True),
    Column("stream", Uuid(as_uuid=False), nullable=False),
    Column("wrapped", String, nullable=False),
    Column("master", String, nullable=False),
    comment="each subject's key, wrapped; the one table whose rows may be deleted",
)
