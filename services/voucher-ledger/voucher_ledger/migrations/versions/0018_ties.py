"""What subjects ever gave as contact data, as keyed digests: who gave the same is tied."""

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.execute(
        "CREATE TABLE contacts (subject text NOT NULL, kind text NOT NULL, digest text NOT NULL, "
        "PRIMARY KEY (subject, kind, digest))"
    )
    op.execute(
        "CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON contacts "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    raise RuntimeError("read models are not taken back")
