"""The double-entry book: every posting of every event, insert only."""

from collections.abc import Iterator

from sqlalchemy import bindparam, insert

from chassis.database import Prepared, Statement
from chassis.projection import Fact
from voucher_ledger.tables import POSTINGS

_POST = Prepared(
    insert(POSTINGS).values(
        stream=bindparam("stream"),
        version=bindparam("version"),
        account=bindparam("account"),
        fen=bindparam("fen"),
    )
)


def posted(fact: Fact) -> Iterator[Statement]:
    """The postings that a fact carries."""
    for posting in fact.data["postings"]:
        yield _POST(
            stream=fact.stream,
            version=fact.version,
            account=posting["account"],
            fen=posting["fen"],
        )
