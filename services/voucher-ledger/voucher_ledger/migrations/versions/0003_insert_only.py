"""The book's postings and the cosigned checkpoints are never changed (复式记账, art. 18)."""

from alembic import op

revision = "0003"
down_revision = "0002"

INSERT_ONLY = ("postings", "cosigned")


def upgrade() -> None:
    for table in INSERT_ONLY:
        op.execute(
            f"CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    for table in INSERT_ONLY:
        op.execute(f"DROP TRIGGER insert_only ON {table}")
