"""Who is on the blacklist, what subjects have signed, who of staff is authorised (art. 27-29)."""

from alembic import op

revision = "0006"
down_revision = "0005"

TABLES = """
ALTER TABLE standing ADD COLUMN blacklisted_until text;
COMMENT ON COLUMN standing.blacklisted_until IS
    'last legal date on the blacklist (art. 28); NULL for who is not on it';
CREATE TABLE agreements_in_force (
    kind text PRIMARY KEY, version integer NOT NULL, text_sha256 text NOT NULL
);
COMMENT ON TABLE agreements_in_force IS
    'read model in every service: which version of an agreement is needed (chassis.agreements)';
CREATE TABLE agreements_signed (
    subject_id text COLLATE "C" NOT NULL, kind text NOT NULL, version integer NOT NULL,
    PRIMARY KEY (subject_id, kind)
);
COMMENT ON TABLE agreements_signed IS
    'read model in every service: the newest version that a subject signed (chassis.agreements)';
CREATE TABLE authorisations (
    authorisation_id text COLLATE "C" PRIMARY KEY, account_id text NOT NULL, region text NOT NULL,
    department text NOT NULL, scope text[] NOT NULL, valid_from text NOT NULL,
    valid_until text NOT NULL, document_sha256 text NOT NULL, granted_by text NOT NULL,
    revoked boolean NOT NULL DEFAULT false
);
CREATE INDEX authorisations_account ON authorisations (account_id);
COMMENT ON TABLE authorisations IS
    'read model in every service: on what a 政务服务管理员 acts (chassis.authorisation)';
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    for table in ("authorisations", "agreements_signed", "agreements_in_force"):
        op.drop_table(table)
    op.drop_column("standing", "blacklisted_until")
