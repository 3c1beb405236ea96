"""Which accounts users ever paid their own shares from, as keyed digests."""

from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.execute(
        "CREATE TABLE paid_from (payer text NOT NULL, digest text NOT NULL, "
        "PRIMARY KEY (payer, digest))"
    )
    op.execute(
        "CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON paid_from "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    raise RuntimeError("read models are not taken back")
