"""The first read models and private tables of identity."""

from alembic import op

revision = "0001"
down_revision = None

TABLES = """
CREATE TABLE accounts (
    account_id text PRIMARY KEY, role text, region text, subject_id text
);
CREATE INDEX accounts_subject ON accounts (subject_id);
CREATE TABLE sessions (
    session_id text PRIMARY KEY, account_id text NOT NULL, expires_at text NOT NULL,
    ended boolean NOT NULL
);
CREATE INDEX sessions_account ON sessions (account_id);
CREATE TABLE subjects (
    subject_id text PRIMARY KEY, kind text NOT NULL, region text NOT NULL,
    is_user boolean NOT NULL, is_provider boolean NOT NULL
);
CREATE TABLE credentials (account_id text PRIMARY KEY, password_hash text NOT NULL);
COMMENT ON TABLE credentials IS 'argon2id hashes; private, in no event';
CREATE TABLE provider_resources (subject_id text PRIMARY KEY, resources text NOT NULL);
COMMENT ON TABLE provider_resources
    IS 'free text of art. 21 (2); the admission''s event holds its digest';
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    for table in ("accounts", "sessions", "subjects", "credentials", "provider_resources"):
        op.drop_table(table)
