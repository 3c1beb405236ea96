"""Redemptions and their invoices, from the ledger's log."""

from oversight.domain.book import purse
from oversight.domain.event import Event
from oversight.domain.reading.register import reads
from oversight.domain.traces import Trace, left
from oversight.domain.world import Redemption, World


def plain(number: str) -> str:
    """An invoice's number in the one spelling under which it is compared: no zeros in front."""
    return number.lstrip("0")


@reads("voucher-ledger.InvoiceUsed")
def invoice_used(event: Event, world: World) -> None:
    """An invoice number is taken."""
    world.invoices.setdefault(plain(event.data["number"]), event.data["order_id"])


@reads("voucher-ledger.RedemptionApplied")
def redemption_applied(event: Event, world: World) -> None:
    """A provider asked to be paid."""
    data = event.data
    world.applied_invoices.setdefault(plain(data["invoice_number"]), data["order_id"])
    voucher = world.vouchers.get(data["voucher_id"])
    if voucher is not None:
        voucher.applied.add(data["order_id"])
    world.reconciling.moved.add(event.position, data["order_id"])
    if order := world.orders.get(data["order_id"]):
        world.privacy.parties_of(event.stream, data["provider"], order.user)
        order.redemption = event.stream
    own = purse(data["fund"], data["region"], data["year"])
    if purchase := world.purchases.get(data["order_id"]):
        purchase.redemption, own = event.stream, purchase.purse
    world.redemptions[event.stream] = Redemption(
        voucher.purse if voucher else own,
        data["fen"],
        data["provider"],
        tuple(data["risks"]),
        data["pay_by"],
        of=(data["voucher_id"], data["order_id"]),
        contract=data["contract_sha256"],
    )
    trace = Trace(data["order_id"], event.recorded_at, event.position, "")
    left(world.traces.contracts, data["contract_sha256"], trace)


@reads("voucher-ledger.RedemptionApproved")
def redemption_approved(event: Event, world: World) -> None:
    """A reviewer found it in order; the next draw is about it."""
    if redemption := world.redemptions.get(event.stream):
        redemption.state = "approved"
        redemption.reviewer = event.data["reviewer"]
        redemption.approved_at = event.position
        redemption.unheld = False  # what it had to be held for was judged just now
        world.undrawn[event.stream] = event.position


@reads("voucher-ledger.RedemptionRejected")
def redemption_rejected(event: Event, world: World) -> None:
    """It is not paid."""
    if redemption := world.redemptions.get(event.stream):
        world.reconciling.moved.add(event.position, redemption.of[1])
        redemption.state = "rejected"
        world.undrawn.pop(event.stream, None)
        voucher_id, order_id = redemption.of
        if purchase := world.purchases.get(order_id):
            purchase.rejected_by = event.command
        if voucher := world.vouchers.get(voucher_id):
            voucher.rejected |= {order_id}
            voucher.changed_by = event.command


@reads("voucher-ledger.RedemptionSampled")
def redemption_sampled(event: Event, world: World) -> None:
    """It waits for its audit."""
    world.undrawn.pop(event.stream, None)
    if redemption := world.redemptions.get(event.stream):
        redemption.state = "sampled"


@reads("voucher-ledger.RedemptionAudited")
def redemption_audited(event: Event, world: World) -> None:
    """Somebody looked closely."""
    if redemption := world.redemptions.get(event.stream):
        redemption.audited = event.data["passed"]


@reads("voucher-ledger.RedemptionPublicised")
def redemption_publicised(event: Event, world: World) -> None:
    """Everybody can see it."""
    world.undrawn.pop(event.stream, None)
    if redemption := world.redemptions.get(event.stream):
        redemption.state = "publicised"
        redemption.payable_from = event.data["payable_from"]


@reads("voucher-ledger.RedemptionInstructed")
def redemption_instructed(event: Event, world: World) -> None:
    """It is part of a payment order."""
    if redemption := world.redemptions.get(event.stream):
        world.reconciling.moved.add(event.position, redemption.of[1])
        redemption.state = "instructed"
        redemption.order = event.data["payment_order_id"]
        world.payments.append((event.position, redemption.approved_at))


@reads("voucher-ledger.RedemptionRecalled")
def redemption_recalled(event: Event, world: World) -> None:
    """It can be part of another."""
    if redemption := world.redemptions.get(event.stream):
        world.reconciling.moved.add(event.position, redemption.of[1])
        redemption.state, redemption.order = "publicised", ""


@reads("voucher-ledger.RedemptionPaid")
def redemption_paid(event: Event, world: World) -> None:
    """The money has left."""
    if redemption := world.redemptions.get(event.stream):
        world.reconciling.moved.add(event.position, redemption.of[1])
        redemption.state = "paid"
    provider, user = world.privacy.parties.get(event.stream, ("", ""))
    world.privacy.note(provider, "payees", event.days()[1])
    world.privacy.note(user, "beneficiaries", event.days()[1])


@reads("voucher-ledger.RedemptionReturned")
def redemption_returned(event: Event, world: World) -> None:
    """The money is here."""
    if redemption := world.redemptions.get(event.stream):
        world.reconciling.moved.add(event.position, redemption.of[1])
        redemption.state, redemption.order = "returned", ""


@reads("voucher-ledger.RedemptionDemanded")
def redemption_demanded(event: Event, world: World) -> None:
    """Money that was paid is to come back."""
    if redemption := world.redemptions.get(event.stream):
        redemption.state, redemption.missing_fen = "demanded", event.data["fen"]
        redemption.demander = event.data["demander"]


@reads("voucher-ledger.RedemptionRepaid")
def redemption_repaid(event: Event, world: World) -> None:
    """Some of it has."""
    world.deposits.add(event.data["bank_reference"])
    if redemption := world.redemptions.get(event.stream):
        world.reconciling.moved.add(event.position, redemption.of[1])
        redemption.missing_fen -= event.data["fen"]
        if not redemption.missing_fen:
            redemption.state = "repaid"


@reads("voucher-ledger.RedemptionWrittenOff")
def redemption_written_off(event: Event, world: World) -> None:
    """The rest will not."""
    if redemption := world.redemptions.get(event.stream):
        redemption.state, redemption.missing_fen = "written-off", 0


@reads("voucher-ledger.RedemptionHeld")
def redemption_held(event: Event, world: World) -> None:
    """A detector was said to hit."""
    if redemption := world.redemptions.get(event.stream):
        redemption.hold, redemption.held_at = "held", event.recorded_at
        redemption.detectors |= {event.data["detector"]}
        redemption.unheld &= event.data["detector"] != "own-share-refunded"


@reads("voucher-ledger.RedemptionHoldReleased", "voucher-ledger.RedemptionHoldRefused")
def hold_decided(event: Event, world: World) -> None:
    """A person decided on it."""
    if redemption := world.redemptions.get(event.stream):
        redemption.hold = event.type.removeprefix("voucher-ledger.RedemptionHold").lower()
        redemption.hold_deciders |= {event.data["decider"]}
