"""Cases of admission, questions that wait for a registry, renewals, providers' states."""

from alembic import op

revision = "0006"
down_revision = "0005"

TABLES = """
ALTER TABLE subjects
    ADD COLUMN document text NOT NULL DEFAULT '',
    ADD COLUMN verified boolean NOT NULL DEFAULT true,
    ADD COLUMN aged_out boolean NOT NULL DEFAULT false,
    ADD COLUMN provider text,
    ADD COLUMN may_charge boolean NOT NULL DEFAULT false;
UPDATE subjects SET provider = 'active', may_charge = true WHERE is_provider;
CREATE TABLE renewals (
    subject_id text COLLATE "C" PRIMARY KEY, renew_by text COLLATE "C" NOT NULL,
    remind_on text COLLATE "C" NOT NULL, lapses_on text COLLATE "C" NOT NULL,
    reminded boolean NOT NULL, failed boolean NOT NULL
);
CREATE INDEX renewals_remind ON renewals (remind_on) WHERE NOT reminded;
CREATE INDEX renewals_renew ON renewals (renew_by) WHERE NOT failed;
CREATE INDEX renewals_lapse ON renewals (lapses_on);
CREATE TABLE list_checks (
    subject_id text COLLATE "C" PRIMARY KEY, check_on text COLLATE "C" NOT NULL
);
CREATE INDEX list_checks_on ON list_checks (check_on);
CREATE TABLE pending_verifications (
    verification_id text NOT NULL, account_id text NOT NULL,
    case_id text COLLATE "C" NOT NULL, registry text NOT NULL, version integer NOT NULL,
    since text NOT NULL, PRIMARY KEY (verification_id, account_id)
);
CREATE INDEX pending_case ON pending_verifications (case_id);
CREATE TABLE verification_misses (
    verification_id text NOT NULL, account_id text NOT NULL, at text COLLATE "C" NOT NULL
);
CREATE INDEX verification_misses_account ON verification_misses (account_id, at);
CREATE TABLE admissions (
    id text COLLATE "C" PRIMARY KEY, role text NOT NULL, state text NOT NULL,
    account_id text NOT NULL, subject_id text NOT NULL, papers jsonb, matters jsonb NOT NULL,
    found jsonb NOT NULL, refusal jsonb, review jsonb, submissions integer NOT NULL
);
CREATE INDEX admissions_state ON admissions (state, id);
CREATE INDEX admissions_account ON admissions (account_id);
CREATE TABLE age_watch (subject_id text COLLATE "C" PRIMARY KEY, digest text NOT NULL);
CREATE INDEX age_watch_digest ON age_watch (digest);
COMMENT ON TABLE age_watch IS 'keyed digests of sixtieth birthdays of users; private';
"""
GONE = (
    "renewals",
    "list_checks",
    "pending_verifications",
    "verification_misses",
    "admissions",
    "age_watch",
)
COLUMNS = ("document", "verified", "aged_out", "provider", "may_charge")


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    for table in GONE:
        op.drop_table(table)
    for column in COLUMNS:
        op.drop_column("subjects", column)
