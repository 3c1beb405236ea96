"""Redemptions and their invoices, from the ledger's log."""

from oversight.domain.book import purse
from oversight.domain.event import Event
from oversight.domain.reading.register import reads
from oversight.domain.world import Redemption, World


@reads("voucher-ledger.InvoiceUsed")
def invoice_used(event: Event, world: World) -> None:
    """An invoice number is taken."""
    world.invoices.setdefault(event.data["number"], event.data["order_id"])


@reads("voucher-ledger.RedemptionApplied")
def redemption_applied(event: Event, world: World) -> None:
    """A provider asked to be paid."""
    data = event.data
    world.applied_invoices.setdefault(data["invoice_number"], data["order_id"])
    voucher = world.vouchers.get(data["voucher_id"])
    if voucher is not None:
        voucher.applied.add(data["order_id"])
    if order := world.orders.get(data["order_id"]):
        world.privacy.parties_of(event.stream, data["provider"], order.user)
    own = purse(data["fund"], data["region"], data["year"])
    world.redemptions[event.stream] = Redemption(voucher.purse if voucher else own, data["fen"])


@reads("voucher-ledger.RedemptionApproved", "voucher-ledger.RedemptionRejected")
def redemption_reviewed(event: Event, world: World) -> None:
    """A reviewer decided."""
    if redemption := world.redemptions.get(event.stream):
        redemption.state = event.type.removeprefix("voucher-ledger.Redemption").lower()
        redemption.reviewer = event.data["reviewer"]
        redemption.approved_at = event.position


@reads("voucher-ledger.RedemptionPaid")
def redemption_paid(event: Event, world: World) -> None:
    """The money has left."""
    if redemption := world.redemptions.get(event.stream):
        redemption.state = "paid"
        world.payments.append((event.position, redemption.approved_at))
    provider, user = world.privacy.parties.get(event.stream, ("", ""))
    world.privacy.note(provider, "payees", event.days()[1])
    world.privacy.note(user, "beneficiaries", event.days()[1])
