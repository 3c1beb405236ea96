"""What the detectors decide on besides: prices, times, texts, and what users got back."""

from alembic import op

revision = "0017"
down_revision = "0016"

INSERT_ONLY = ("placements", "refunds")
BANDS = (1, 5, 9, 13)
"""Where the four bands of a SimHash begin: what differs in three bits at most shares one."""


def upgrade() -> None:
    op.execute("ALTER TABLE offers ADD published_on text NOT NULL DEFAULT ''")
    op.execute("CREATE INDEX offers_of_provider ON offers (provider, category)")
    # what has a default, a service may not say itself in a table that is insert-only
    for table, column in (("deliveries", "delivered_at"), ("own_shares", "accepted_at")):
        op.execute(f"ALTER TABLE {table} ADD {column} text NOT NULL DEFAULT ''")
        op.execute(f"ALTER TABLE {table} ALTER {column} DROP DEFAULT")
    op.execute("ALTER TABLE deliveries ADD simhash text")
    for begin in BANDS:
        op.execute(
            f"CREATE INDEX deliveries_band_{begin} ON deliveries (substr(simhash, {begin}, 4)) "
            "WHERE simhash IS NOT NULL"
        )
    op.execute(
        "CREATE TABLE placements (order_id text PRIMARY KEY, provider text NOT NULL, "
        "category text NOT NULL, price_fen bigint NOT NULL, placed_on text NOT NULL)"
    )
    op.execute(
        "CREATE TABLE refunds (reference text CONSTRAINT refunds_reference PRIMARY KEY, "
        "order_id text NOT NULL, fen bigint NOT NULL)"
    )
    op.execute("CREATE INDEX refunds_of_order ON refunds (order_id)")
    for table in INSERT_ONLY:
        op.execute(
            f"CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    raise RuntimeError("read models are not taken back")
