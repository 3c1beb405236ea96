"""How each event changes what the supervisor knows. What is unknown changes nothing."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from oversight.domain.book import purse
from oversight.domain.event import Event
from oversight.domain.reading_privacy import PRIVACY
from oversight.domain.world import Batch, Offer, Order, Redemption, Voucher, World

Read = Callable[[Event, World], None]
READINGS: dict[str, Read] = {**PRIVACY}
"""By event type."""

BATCH_TERMS = (
    "fund", "year", "region", "face_fen", "rate_bp", "item_cap_fen", "categories", "use_by",
    "redeem_by",
)  # fmt: skip
"""What a voucher carries over from its batch."""


def _reads(*types: str) -> Callable[[Read], Read]:
    def register(function: Read) -> Read:
        READINGS.update(dict.fromkeys(types, function))
        return function

    return register


def terms_of(data: dict[str, Any]) -> dict[str, Any]:
    """The terms in a batch's or a voucher's first event; categories in order."""
    terms = {name: data[name] for name in BATCH_TERMS}
    terms["categories"] = sorted(terms["categories"])
    return terms


@_reads("identity.SubjectAdmittedAsUser")
def user_admitted(event: Event, world: World) -> None:
    """Somebody became a user."""
    world.users.setdefault(event.stream, event.position)


@_reads("identity.SubjectAdmittedAsProvider")
def provider_admitted(event: Event, world: World) -> None:
    """Somebody became a provider."""
    world.providers.setdefault(event.stream, event.position)


@_reads("identity.SubjectVerified")
def subject_verified(event: Event, world: World) -> None:
    """A registry answered about a real name."""
    if event.data["outcome"] == "match":
        world.verified.add(event.stream)


@_reads("catalog.ListingPublished")
def listing_published(event: Event, world: World) -> None:
    """A service was published."""
    data = event.data
    first = Offer(
        event.position,
        event.version,
        data["provider"],
        data["region"],
        data["category"],
        data["price_fen"],
    )
    world.listings.setdefault(event.stream, []).append(first)


@_reads("catalog.ListingWhitelisted")
def listing_whitelisted(event: Event, world: World) -> None:
    """Vouchers pay for a service in a period."""
    if offers := world.listings.get(event.stream):
        data = event.data
        listed = replace(
            offers[-1],
            position=event.position,
            revision=event.version,
            valid_from=data["valid_from"],
            valid_until=data["valid_until"],
            rate_bp=data["rate_bp"],
            cap_fen=data["cap_fen"],
        )
        offers.append(listed)


@_reads("catalog.ListingWithdrawn")
def listing_withdrawn(event: Event, world: World) -> None:
    """A service is not offered any more."""
    if offers := world.listings.get(event.stream):
        position, revision = event.position, event.version
        offers.append(replace(offers[-1], position=position, revision=revision, withdrawn=True))


@_reads("matching.OrderPlaced")
def order_placed(event: Event, world: World) -> None:
    """A user ordered."""
    data = event.data
    world.orders[event.stream] = Order(
        event.position,
        data["user"],
        data["provider"],
        data["voucher_id"],
        data["listing_id"],
        data["category"],
        data["price_fen"],
    )


@_reads("matching.OrderFunded")
def order_funded(event: Event, world: World) -> None:
    """Matching learnt that a share was reserved."""
    if order := world.orders.get(event.stream):
        order.state = "funded"
        order.voucher_fen = event.data["voucher_fen"]
        order.funded_at = event.position
        order.funded_by = event.caused_by("voucher-ledger")


@_reads(
    "matching.OrderRefused",
    "matching.OrderDelivered",
    "matching.OrderAccepted",
    "matching.OrderCancelled",
)
def order_moved(event: Event, world: World) -> None:
    """An order took a step."""
    if order := world.orders.get(event.stream):
        order.state = event.type.removeprefix("matching.Order").lower()


@_reads("voucher-ledger.AppropriationOpened")
def appropriation_opened(event: Event, world: World) -> None:
    """A fund's year began."""
    world.appropriations[event.stream] = (event.data["fund"], event.data["year"])


@_reads("voucher-ledger.AppropriationAllocated")
def appropriation_allocated(event: Event, world: World) -> None:
    """Money was set aside for a batch."""
    if opened := world.appropriations.get(event.stream):
        fund, year = opened
        data = event.data
        world.allocations[data["batch_id"]] = (fund, data["region"], year, data["fen"])


@_reads("voucher-ledger.BatchOpened")
def batch_opened(event: Event, world: World) -> None:
    """A batch began."""
    data = event.data
    world.batches[event.stream] = Batch(
        purse(data["fund"], data["region"], data["year"]), data["amount_fen"], terms_of(data)
    )


@_reads("voucher-ledger.BatchGranted")
def batch_granted(event: Event, world: World) -> None:
    """A batch says how much of it was granted."""
    if batch := world.batches.get(event.stream):
        batch.announced_fen += event.data["fen"]


@_reads("voucher-ledger.VoucherGranted")
def voucher_granted(event: Event, world: World) -> None:
    """A holder got a voucher."""
    data = event.data
    if batch := world.batches.get(data["batch_id"]):
        batch.granted_fen += data["face_fen"]
        position, day = event.position, event.days()[1]
        world.vouchers[event.stream] = Voucher(
            batch, data["holder"], data["face_fen"], position, day
        )


@_reads("voucher-ledger.VoucherClaimed")
def voucher_claimed(event: Event, world: World) -> None:
    """A voucher can be used."""
    if voucher := world.vouchers.get(event.stream):
        voucher.state = "claimed"


@_reads("voucher-ledger.VoucherReserved")
def voucher_reserved(event: Event, world: World) -> None:
    """A share is set aside for an order."""
    data = event.data
    if order := world.orders.get(data["order_id"]):
        order.reserved_fen = data["fen"]
    if voucher := world.vouchers.get(event.stream):
        voucher.available_fen -= data["fen"]
        voucher.reserved[data["order_id"]] = (data["fen"], data["provider"])


@_reads("voucher-ledger.VoucherReleased")
def voucher_released(event: Event, world: World) -> None:
    """A share is back on its voucher."""
    if voucher := world.vouchers.get(event.stream):
        voucher.available_fen += event.data["fen"]
        voucher.position, voucher.left_since = event.position, event.days()[1]
        voucher.reserved.pop(event.data["order_id"], None)


@_reads("voucher-ledger.VoucherRedeemed")
def voucher_redeemed(event: Event, world: World) -> None:
    """A share is owed to the provider."""
    data = event.data
    if voucher := world.vouchers.get(event.stream):
        voucher.reserved.pop(data["order_id"], None)
        voucher.redeemed[data["order_id"]] = (data["fen"], data["provider"])
        if voucher.state == "claimed" and not voucher.reserved and not voucher.available_fen:
            voucher.state = "used"


@_reads("voucher-ledger.VoucherExpired")
def voucher_expired(event: Event, world: World) -> None:
    """What was left of a voucher went back to its appropriation."""
    if voucher := world.vouchers.get(event.stream):
        voucher.available_fen -= event.data["fen"]
        voucher.position = event.position
        voucher.state = "expired"


@_reads("voucher-ledger.InvoiceUsed")
def invoice_used(event: Event, world: World) -> None:
    """An invoice number is taken."""
    world.invoices.setdefault(event.data["number"], event.data["order_id"])


@_reads("voucher-ledger.RedemptionApplied")
def redemption_applied(event: Event, world: World) -> None:
    """A provider asked to be paid."""
    data = event.data
    world.applied_invoices.setdefault(data["invoice_number"], data["order_id"])
    voucher = world.vouchers.get(data["voucher_id"])
    if voucher is not None:
        voucher.applied.add(data["order_id"])
    own = purse(data["fund"], data["region"], data["year"])
    world.redemptions[event.stream] = Redemption(voucher.purse if voucher else own, data["fen"])


@_reads("voucher-ledger.RedemptionApproved", "voucher-ledger.RedemptionRejected")
def redemption_reviewed(event: Event, world: World) -> None:
    """A reviewer decided."""
    if redemption := world.redemptions.get(event.stream):
        redemption.state = event.type.removeprefix("voucher-ledger.Redemption").lower()
        redemption.reviewer = event.data["reviewer"]


@_reads("voucher-ledger.RedemptionPaid")
def redemption_paid(event: Event, world: World) -> None:
    """The money has left."""
    if redemption := world.redemptions.get(event.stream):
        redemption.state = "paid"


@_reads(
    "identity.CommandRefused",
    "catalog.CommandRefused",
    "voucher-ledger.CommandRefused",
    "matching.CommandRefused",
    "oversight.CommandRefused",
)
def command_refused(event: Event, world: World) -> None:
    """A refusal is counted by its code."""
    code = event.data["code"]
    code = code if code.isascii() else "other"
    world.refusals[code] = world.refusals.get(code, 0) + 1
