"""What the events of the ledger share: postings, and parts of examples."""

from typing import Any

from marshmallow import fields

from chassis.contract import View

ID = "00000000-0000-4000-8000-000000000001"
PURSE = "JYCY/340100/2026"
PROVINCE = "JYCY/340000/2026"


class Posting(View):
    """One line of the double-entry book; debits are positive, credits negative."""

    account = fields.String(required=True)
    fen = fields.Integer(required=True, strict=True)


def postings_of(source: str, target: str, fen: int, purse: str = PURSE) -> list[dict[str, object]]:
    """The postings of an example: an amount goes from one bucket to another."""
    return [
        {"account": f"{source}/{purse}", "fen": -fen},
        {"account": f"{target}/{purse}", "fen": fen},
    ]


class Postings(fields.List[Any]):
    """The postings of an event; they sum to zero."""

    def __init__(self) -> None:
        super().__init__(fields.Nested(Posting), required=True)
