"""What the ledger learns from other logs: who is a user, what is offered, how orders fare."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import bindparam, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis import authorisation, clock, standing, tenure
from chassis.application import Decision
from chassis.database import Prepared, Statement
from chassis.projection import Fact
from chassis.subscription import Policies
from voucher_ledger.application import Ledger
from voucher_ledger.tables import CONTACTS, COSIGNED, DELIVERIES, OFFERS, OWN_SHARES, PLACEMENTS

POLICIES = Policies("identity", "catalog", "matching", "oversight")
standing.learn(POLICIES)
tenure.learn(POLICIES)
authorisation.learn(POLICIES)


_OFFER = upsert(OFFERS).values(
    listing_id=bindparam("listing_id"),
    provider=bindparam("provider"),
    category=bindparam("category"),
    price_fen=bindparam("price_fen"),
    rate_bp=0,
    cap_fen=0,
    published_on=bindparam("published_on"),
)
_ADD_OFFER = Prepared(_OFFER.on_conflict_do_nothing())
_SET_TERMS = Prepared(
    update(OFFERS)
    .where(OFFERS.c.listing_id == bindparam("key"))
    .values(
        valid_from=bindparam("from_day"),
        valid_until=bindparam("until_day"),
        rate_bp=bindparam("rate"),
        cap_fen=bindparam("cap"),
    )
)
_DELIVER = Prepared(
    upsert(DELIVERIES)
    .values({column.name: bindparam(column.name) for column in DELIVERIES.c})
    .on_conflict_do_nothing()
)
_PLACE = Prepared(
    upsert(PLACEMENTS)
    .values({column.name: bindparam(column.name) for column in PLACEMENTS.c})
    .on_conflict_do_nothing()
)
_TIE = Prepared(
    upsert(CONTACTS)
    .values({column.name: bindparam(column.name) for column in CONTACTS.c})
    .on_conflict_do_nothing()
)
_OWE = Prepared(
    upsert(OWN_SHARES)
    .values({column.name: bindparam(column.name) for column in OWN_SHARES.c})
    .on_conflict_do_nothing()
)
_COSIGN = Prepared(
    upsert(COSIGNED).values(size=bindparam("size"), note=bindparam("note")).on_conflict_do_nothing()
)


@POLICIES.on("oversight.WitnessCosigned")
def checkpoint_cosigned(fact: Fact) -> Iterator[Statement]:
    """The supervisor has checked this log so far: payments may follow."""
    if fact.data["watched"] == "voucher-ledger":
        yield _COSIGN(size=fact.data["size"], note=fact.data["note"])


@POLICIES.on("identity.PersonalDataContactChanged")
def contact_changed(fact: Fact) -> Iterator[Statement]:
    """Somebody gave contact data: whoever else gives the same is tied to them from now on."""
    for kind, digest in fact.data["digests"].items():
        yield _TIE(subject=fact.data["subject"], kind=kind, digest=digest)


@POLICIES.on("identity.PersonalDataRelatedTold")
def related_told(fact: Fact) -> Iterator[Statement]:
    """Somebody is behind an organisation: they are tied, and whoever else they are behind."""
    for relation, ids in fact.data["related"].items():
        for each in ids:
            yield _TIE(subject=fact.data["subject"], kind=relation, digest=each)


@POLICIES.on("identity.PersonalDataDeviceUsed")
def device_used(fact: Fact) -> Iterator[Statement]:
    """Somebody used a device: whoever else used it is tied to them, unless it is shared."""
    yield _TIE(subject=fact.data["subject"], kind="device", digest=fact.data["device"])


@POLICIES.on("catalog.ListingPublished")
def listing_published(fact: Fact) -> Iterator[Statement]:
    """A listing exists; no voucher pays for it yet."""
    yield _ADD_OFFER(
        listing_id=fact.stream,
        provider=fact.data["provider"],
        category=fact.data["category"],
        price_fen=fact.data["price_fen"],
        published_on=_day(fact),
    )


@POLICIES.on("catalog.ListingWhitelisted")
def listing_whitelisted(fact: Fact) -> Iterator[Statement]:
    """Vouchers pay for it in this period, on these terms."""
    data = fact.data
    yield _SET_TERMS(
        key=fact.stream,
        from_day=data["valid_from"],
        until_day=data["valid_until"],
        rate=data["rate_bp"],
        cap=data["cap_fen"],
    )


@POLICIES.on("catalog.ListingWithdrawn")
def listing_withdrawn(fact: Fact) -> Iterator[Statement]:
    """Vouchers pay for it no more; what is reserved stays reserved."""
    yield _SET_TERMS(key=fact.stream, from_day=None, until_day=None, rate=0, cap=0)


@POLICIES.on("matching.OrderPlaced")
def order_placed(fact: Fact) -> Iterator[Statement]:
    """Something was ordered at a price, whatever becomes of it."""
    named = {name: fact.data[name] for name in ("provider", "category", "price_fen")}
    yield _PLACE(order_id=fact.stream, **named, placed_on=_day(fact))


@POLICIES.reacts("matching.OrderPlaced")
def reserve_for_order(ledger: Ledger, fact: Fact) -> Decision:
    """An order was placed: reserve the voucher's share, or refuse with the reason."""
    return ledger.reserve_voucher(
        voucher_id=fact.data["voucher_id"],
        order_id=fact.stream,
        listing_id=fact.data["listing_id"],
        user=fact.data["user"],
        price_fen=fact.data["price_fen"],
    )


@POLICIES.on("matching.OrderDelivered")
def order_delivered(fact: Fact) -> Iterator[Statement]:
    """A redemption of the order hands in the same evidence."""
    yield _DELIVER(
        order_id=fact.stream,
        evidence_sha256=fact.data["evidence_sha256"],
        delivered_at=fact.recorded_at,
        simhash=fact.data.get("simhash"),
    )


@POLICIES.on("matching.OrderAccepted")
def own_share_due(fact: Fact) -> Iterator[Statement]:
    """The voucher pays so much of the order, and the user so much themself."""
    yield _OWE(
        order_id=fact.stream,
        own_fen=fact.data["own_due_fen"],
        voucher_fen=fact.data["voucher_due_fen"],
        position=fact.position,
        accepted_at=fact.recorded_at,
    )


@POLICIES.reacts("matching.OrderAccepted")
def redeem_for_order(ledger: Ledger, fact: Fact) -> Decision:
    """An order was accepted: the accepted part of its share is owed, the rest goes back."""
    return ledger.redeem_voucher(fact.data["voucher_id"], fact.stream, fact.data["accepted_fen"])


@POLICIES.reacts("matching.OrderCancelled")
def release_for_order(ledger: Ledger, fact: Fact) -> Decision:
    """An order was cancelled: its share goes back."""
    return ledger.release_voucher(fact.data["voucher_id"], fact.stream)


@POLICIES.reacts("matching.OrderLapsed")
def release_for_lapse(ledger: Ledger, fact: Fact) -> Decision:
    """An order lapsed: its share goes back."""
    return ledger.release_voucher(fact.data["voucher_id"], fact.stream)


def _day(fact: Fact) -> str:
    return clock.legal_date(datetime.fromisoformat(fact.recorded_at)).isoformat()
