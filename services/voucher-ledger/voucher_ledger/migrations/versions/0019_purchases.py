"""Government purchases."""

from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.execute(
        "CREATE TABLE purchases (id text PRIMARY KEY, fund text NOT NULL, year integer NOT NULL, "
        "region text NOT NULL, provider text NOT NULL, title text NOT NULL, fen bigint NOT NULL, "
        "procedure text NOT NULL, beneficiaries integer NOT NULL, consents integer NOT NULL, "
        "state text NOT NULL, accepted_fen bigint NOT NULL, opinion_sha256 text)"
    )


def downgrade() -> None:
    raise RuntimeError("read models are not taken back")
