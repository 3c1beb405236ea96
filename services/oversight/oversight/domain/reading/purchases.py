"""Government purchases, from the ledger's log (art. 18)."""

from oversight.domain.book import purse
from oversight.domain.event import Event
from oversight.domain.purchases import Purchase
from oversight.domain.reading.register import reads
from oversight.domain.world import World

_P = "voucher-ledger.Purchase"
BOTH = 2


@reads(f"{_P}Proposed")
def purchase_proposed(event: Event, world: World) -> None:
    """It waits for two consents."""
    data = event.data
    own = purse(data["fund"], data["region"], data["year"])
    world.purchases[event.stream] = Purchase(own, data["provider"], data["fen"], data["proposer"])


@reads(f"{_P}Consented")
def purchase_consented(event: Event, world: World) -> None:
    """One office consented; both open it."""
    if purchase := world.purchases.get(event.stream):
        purchase.consents[event.data["office"]] = event.data["approver"]
        if len(purchase.consents) == BOTH:
            purchase.state = "consented"


@reads(f"{_P}Contracted")
def purchase_contracted(event: Event, world: World) -> None:
    """Its money is committed."""
    if purchase := world.purchases.get(event.stream):
        purchase.state, purchase.fen = "contracted", event.data["fen"]
        purchase.contract = event.data["contract_sha256"]


@reads(f"{_P}Delivered")
def purchase_delivered(event: Event, world: World) -> None:
    """It waits for its acceptance."""
    if purchase := world.purchases.get(event.stream):
        purchase.state, purchase.deliverer = "delivered", event.data["deliverer"]
        purchase.evidence = event.data["evidence_sha256"]


@reads(f"{_P}Accepted")
def purchase_accepted(event: Event, world: World) -> None:
    """What was accepted is owed."""
    if purchase := world.purchases.get(event.stream):
        fen = event.data["fen"]
        purchase.state, purchase.accepted_fen = "accepted" if fen else "refused", fen


@reads(f"{_P}Rejected", f"{_P}Cancelled", f"{_P}Forfeited")
def purchase_ended(event: Event, world: World) -> None:
    """Nothing is owed."""
    if purchase := world.purchases.get(event.stream):
        purchase.state = event.type.removeprefix(_P).lower()
