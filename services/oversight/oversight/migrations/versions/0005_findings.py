"""Findings until they are dealt with; the last version of each stream that was witnessed."""

from alembic import op

revision = "0005"
down_revision = "0004"

TABLES = """
CREATE TABLE findings (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id text NOT NULL UNIQUE,
    subject text NOT NULL UNIQUE, rule text NOT NULL, about text, position bigint,
    zh text NOT NULL, en text NOT NULL, opened_at text NOT NULL, closed_at text, how text
);
CREATE TABLE witnessed_streams (
    log text NOT NULL, stream text NOT NULL, version bigint NOT NULL, PRIMARY KEY (log, stream)
);
"""
WITNESSED = """
INSERT INTO witnessed_streams (log, stream, version)
SELECT m.log, m.entry::json #>> '{event,stream}', max((m.entry::json #>> '{event,version}')::bigint)
FROM mirror m WHERE m.position < (SELECT max(c.size) FROM cosigned c WHERE c.log = m.log)
GROUP BY 1, 2
"""


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(WITNESSED)


def downgrade() -> None:
    op.drop_table("witnessed_streams")
    op.drop_table("findings")
