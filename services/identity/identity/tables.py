"""The read models of identity, and its private tables."""

from sqlalchemy import ARRAY, Boolean, Column, Integer, MetaData, String, Table, Uuid
from sqlalchemy.dialects.postgresql import JSONB

METADATA = MetaData()

ACCOUNTS = Table(
    "accounts",
    METADATA,
    Column("account_id", String, primary_key=True),
    Column("staff", Boolean, nullable=False),
    Column("region", String),
    Column("officer_id", String),
    Column("subject_id", String, index=True),
    Column("epoch", Integer, nullable=False),
    Column("key_epoch", Integer, nullable=False),
    Column("enrolment", String),
    Column("recovery_batch", String),
    Column("case_id", String),
)

ACCOUNT_ROLES = Table(
    "account_roles",
    METADATA,
    Column("account_id", String, primary_key=True),
    Column("role", String, primary_key=True),
    Column("tenure_id", String),
    comment="roles of staff; an operator's is that of one tenure",
)

SESSIONS = Table(
    "sessions",
    METADATA,
    Column("session_id", String, primary_key=True),
    Column("account_id", String, nullable=False, index=True),
    Column("opened_at", String, nullable=False),
    Column("expires_at", String, nullable=False),
    Column("factor", String, nullable=False),
    Column("enrolling", Boolean, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("ended", Boolean, nullable=False),
)

API_KEYS = Table(
    "api_keys",
    METADATA,
    Column("key_id", String, primary_key=True),
    Column("account_id", String, nullable=False, index=True),
    Column("scopes", JSONB, nullable=False),
    Column("expires_at", String, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("revoked", Boolean, nullable=False),
)

SUBJECTS = Table(
    "subjects",
    METADATA,
    Column("subject_id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("region", String, nullable=False),
    Column("is_user", Boolean, nullable=False),
    Column("is_provider", Boolean, nullable=False),
    Column("document", String, nullable=False),
    Column("verified", Boolean, nullable=False),
    Column("aged_out", Boolean, nullable=False),
    Column("provider", String),
    Column("may_charge", Boolean, nullable=False),
)

RENEWALS = Table(
    "renewals",
    METADATA,
    Column("subject_id", String, primary_key=True),
    Column("renew_by", String, nullable=False),
    Column("remind_on", String, nullable=False, index=True),
    Column("lapses_on", String, nullable=False, index=True),
    Column("reminded", Boolean, nullable=False),
    Column("failed", Boolean, nullable=False),
    comment="verifications that stand, with their dates; a lapsed one has no row",
)

LIST_CHECKS = Table(
    "list_checks",
    METADATA,
    Column("subject_id", String, primary_key=True),
    Column("check_on", String, nullable=False, index=True),
    comment="firms that provide, and when the registry's lists are looked at next",
)

PENDING = Table(
    "pending_verifications",
    METADATA,
    Column("verification_id", String, primary_key=True),
    Column("account_id", String, primary_key=True),
    Column("case_id", String, nullable=False, index=True),
    Column("registry", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("since", String, nullable=False),
)

MISSES = Table(
    "verification_misses",
    METADATA,
    Column("verification_id", String, nullable=False),
    Column("account_id", String, nullable=False, index=True),
    Column("at", String, nullable=False),
)

CASES = Table(
    "admissions",
    METADATA,
    Column("id", String, primary_key=True),
    Column("role", String, nullable=False),
    Column("state", String, nullable=False, index=True),
    Column("account_id", String, nullable=False, index=True),
    Column("subject_id", String, nullable=False),
    Column("papers", JSONB(none_as_null=True)),
    Column("matters", JSONB, nullable=False),
    Column("found", JSONB, nullable=False),
    Column("refusal", JSONB(none_as_null=True)),
    Column("review", JSONB(none_as_null=True)),
    Column("submissions", Integer, nullable=False),
)

CONSENTS = Table(
    "consents",
    METADATA,
    Column("id", String, primary_key=True),
    Column("subject_id", String, nullable=False),
    Column("given_to", String, nullable=False),
    Column("purpose", String, nullable=False),
    Column("scope", ARRAY(String), nullable=False),
    Column("given_at", String, nullable=False),
    Column("valid_until", String, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
)

ERASURES = Table(
    "erasures",
    METADATA,
    Column("subject_id", String, primary_key=True),
    Column("destroy_on", String, nullable=False, index=True),
    comment="those under way",
)

# learnt from the logs of other services

BUSINESS = Table(
    "business",
    METADATA,
    Column("kind", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("subject_id", String, primary_key=True),
    Column("as_provider", Boolean, nullable=False),
    Column("open", Boolean, nullable=False),
    Column("until", String),
    Column("redeem_by", String),
    Column("traded_on", String),
    Column("paid_on", String),
    Column("order_id", String),
    comment="what an erasure waits for, and what must be kept because of it",
)

# private: written with a decision, never in an event, never rebuilt from the log

CREDENTIALS = Table(
    "credentials",
    METADATA,
    Column("account_id", String, primary_key=True),
    Column("password_hash", String, nullable=False),
)

SESSION_USES = Table(
    "session_uses",
    METADATA,
    Column("session_id", String, primary_key=True),
    Column("account_id", String, nullable=False, index=True),
    Column("device", String),
    Column("used_at", String, nullable=False),
    Column("noted", String, comment="keyed digest of the mark, and for whom it was looked at"),
    comment="private: on which device, and when it was used last; in no event",
)

API_KEY_USES = Table(
    "api_key_uses",
    METADATA,
    Column("key_id", String, primary_key=True),
    Column("account_id", String, nullable=False, index=True),
    Column("label", String, nullable=False),
    Column("used_at", String),
    comment="private: what its holder calls it, and when it was used last; in no event",
)

TOTP_SECRETS = Table(
    "totp_secrets",
    METADATA,
    Column("enrolment", String, primary_key=True),
    Column("account_id", String, nullable=False, index=True),
    Column("sealed", String, nullable=False),
    comment="private: secrets of authenticators, sealed; in no event",
)

PROVIDER_RESOURCES = Table(
    "provider_resources",
    METADATA,
    Column("subject_id", String, primary_key=True),
    Column("resources", String, nullable=False),
    comment="free text of art. 21 (2), sealed; the admission's event holds its digest",
)

AGE_WATCH = Table(
    "age_watch",
    METADATA,
    Column("subject_id", String, primary_key=True),
    Column("digest", String, nullable=False, index=True),
    comment="keyed digests of sixtieth birthdays of users; deleted once they are past",
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

OF_ACCOUNTS = (CREDENTIALS, SESSION_USES, API_KEY_USES, TOTP_SECRETS)
"""Private tables whose rows (by `account_id`) go when the account's subject is erased."""

OF_SUBJECTS = (PROVIDER_RESOURCES, AGE_WATCH)
"""Those whose rows (by `subject_id`) go with it."""
