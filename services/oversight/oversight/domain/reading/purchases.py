"""Government purchases, from the ledger's log (art. 18)."""

from oversight.domain.book import purse
from oversight.domain.event import Event, microseconds
from oversight.domain.purchases import Purchase
from oversight.domain.reading.register import reads
from oversight.domain.traces import Trace, left
from oversight.domain.world import World

_P = "voucher-ledger.Purchase"
BOTH = 2


@reads(f"{_P}Proposed")
def purchase_proposed(event: Event, world: World) -> None:
    """It waits for two consents."""
    data = event.data
    own = purse(data["fund"], data["region"], data["year"])
    purchase = Purchase(own, data["provider"], data["fen"], data["proposer"])
    purchase.untendered = data["procedure"] != "open-tender" and data["exemption"] is None
    world.purchases[event.stream] = purchase


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
        trace = Trace(event.stream, event.recorded_at, event.position, "", purchase.fen)
        left(world.traces.contracts, purchase.contract, trace)
        if purchase.untendered:
            left(world.traces.contracted, (purchase.purse, purchase.provider), trace)


@reads(f"{_P}Delivered")
def purchase_delivered(event: Event, world: World) -> None:
    """It waits for its acceptance."""
    if purchase := world.purchases.get(event.stream):
        purchase.state, purchase.deliverer = "delivered", event.data["deliverer"]
        purchase.evidence, purchase.delivered_at = event.data["evidence_sha256"], event.recorded_at
        trace = Trace(event.stream, event.recorded_at, event.position, "")
        left(world.traces.made, purchase.evidence, trace)


@reads(f"{_P}Accepted")
def purchase_accepted(event: Event, world: World) -> None:
    """What was accepted is owed."""
    if purchase := world.purchases.get(event.stream):
        fen = event.data["fen"]
        purchase.state, purchase.accepted_fen = "accepted" if fen else "refused", fen
        purchase.accepted_after = microseconds(purchase.delivered_at, event.recorded_at)


@reads(f"{_P}Rejected", f"{_P}Cancelled", f"{_P}Forfeited")
def purchase_ended(event: Event, world: World) -> None:
    """Nothing is owed."""
    if purchase := world.purchases.get(event.stream):
        purchase.state = event.type.removeprefix(_P).lower()
