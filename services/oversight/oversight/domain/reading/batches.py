"""Batches, from the ledger's log."""

from typing import Any

from oversight.domain.book import purse
from oversight.domain.event import Event
from oversight.domain.reading.register import reads
from oversight.domain.world import Batch, World

BATCH_TERMS = (
    "fund", "year", "region", "face_fen", "rate_bp", "item_cap_fen", "categories", "use_by",
    "redeem_by",
)  # fmt: skip
"""What a voucher carries over from its batch."""


def terms_of(data: dict[str, Any]) -> dict[str, Any]:
    """The terms in a batch's or a voucher's first event; categories in order."""
    terms = {name: data[name] for name in BATCH_TERMS}
    terms["categories"] = sorted(terms["categories"])
    return terms


@reads("voucher-ledger.BatchOpened")
def batch_opened(event: Event, world: World) -> None:
    """A batch began."""
    data = event.data
    world.batches[event.stream] = Batch(
        purse(data["fund"], data["region"], data["year"]),
        data["amount_fen"],
        terms_of(data),
        data["target_region"],
        data["target_kinds"],
        data["category_caps"],
        data["user_cap_fen"],
    )


@reads("voucher-ledger.BatchClosed")
def batch_closed(event: Event, world: World) -> None:
    """Nothing is granted of it any more."""
    if batch := world.batches.get(event.stream):
        batch.state, batch.closed_by = "closed", event.command
