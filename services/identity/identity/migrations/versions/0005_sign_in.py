"""Roles and signing in: sessions with their factor, codes, attempts, API keys, password resets."""

from alembic import op

revision = "0005"
down_revision = "0004"

TABLES = """
ALTER TABLE accounts ADD COLUMN staff boolean NOT NULL DEFAULT false;
UPDATE accounts SET staff = role IS NOT NULL;
CREATE TABLE account_roles (
    account_id text NOT NULL, role text NOT NULL, tenure_id text, PRIMARY KEY (account_id, role)
);
COMMENT ON TABLE account_roles IS 'roles of staff; an operator''s is that of one tenure';
INSERT INTO account_roles (account_id, role) SELECT account_id, role FROM accounts
    WHERE role IS NOT NULL;
ALTER TABLE accounts DROP COLUMN role;
ALTER TABLE accounts ADD COLUMN officer_id text;
ALTER TABLE accounts ADD COLUMN epoch integer NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN key_epoch integer NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN enrolment text;
ALTER TABLE accounts ADD COLUMN recovery_batch text;
ALTER TABLE accounts ADD COLUMN case_id text;

DROP TABLE sessions;
CREATE TABLE sessions (
    session_id text PRIMARY KEY, account_id text NOT NULL, opened_at text NOT NULL,
    expires_at text NOT NULL, factor text NOT NULL, enrolling boolean NOT NULL,
    epoch integer NOT NULL, ended boolean NOT NULL
);
CREATE INDEX sessions_account ON sessions (account_id);
CREATE INDEX sessions_open ON sessions (session_id) WHERE NOT ended;
CREATE TABLE session_uses (
    session_id text PRIMARY KEY, account_id text NOT NULL, device text, used_at text NOT NULL
);
CREATE INDEX session_uses_account ON session_uses (account_id);
COMMENT ON TABLE session_uses
    IS 'private: on which device, and when it was used last; in no event';

CREATE TABLE used_codes (
    source text PRIMARY KEY, kind text NOT NULL, last bigint NOT NULL, used integer NOT NULL
);
COMMENT ON TABLE used_codes
    IS 'by enrolment or batch: the last step (TOTP) that was used, and how many codes were';
CREATE TABLE totp_secrets (
    enrolment text PRIMARY KEY, account_id text NOT NULL, sealed text NOT NULL
);
CREATE INDEX totp_secrets_account ON totp_secrets (account_id);
COMMENT ON TABLE totp_secrets IS 'private: secrets of authenticators, sealed; in no event';

CREATE TABLE sign_in_attempts (
    kind text NOT NULL, key text NOT NULL, state text NOT NULL, last text NOT NULL,
    unlogged integer NOT NULL, replayed integer NOT NULL, locked_until text,
    PRIMARY KEY (kind, key)
);
CREATE INDEX sign_in_attempts_unlogged ON sign_in_attempts (last) WHERE unlogged > 0;
COMMENT ON TABLE sign_in_attempts
    IS 'private: failures to sign in by login and address, as keyed digests';

CREATE TABLE api_keys (
    key_id text PRIMARY KEY, account_id text NOT NULL, scopes jsonb NOT NULL,
    expires_at text NOT NULL, epoch integer NOT NULL, revoked boolean NOT NULL
);
CREATE INDEX api_keys_account ON api_keys (account_id);
CREATE TABLE api_key_uses (
    key_id text PRIMARY KEY, account_id text NOT NULL, label text NOT NULL, used_at text
);
CREATE INDEX api_key_uses_account ON api_key_uses (account_id);
COMMENT ON TABLE api_key_uses
    IS 'private: what its holder calls it, and when it was used last; in no event';

CREATE TABLE password_resets (
    id text PRIMARY KEY, account_id text NOT NULL, requester text NOT NULL, grounds text NOT NULL,
    second_factor boolean NOT NULL, state text NOT NULL, until text, asked_at text NOT NULL
);
CREATE INDEX password_resets_newest ON password_resets (asked_at);

CREATE TABLE freeze_cases (
    id text PRIMARY KEY, account_id text NOT NULL, subject_id text, region text,
    reported_by text NOT NULL, grounds text NOT NULL, state text NOT NULL, opened_at text NOT NULL
);
CREATE INDEX freeze_cases_newest ON freeze_cases (opened_at);
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    raise RuntimeError("sessions of another form cannot be brought back")
