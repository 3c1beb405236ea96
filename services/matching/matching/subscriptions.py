"""What matching learns from other logs: who may trade, what is offered, what the ledger decided."""

import json
from collections.abc import Iterator

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis import authorisation, standing, tenure
from chassis.application import Decision
from chassis.database import Prepared, Statement
from chassis.projection import Fact
from chassis.subscription import Policies
from matching.application import Matching
from matching.domain.deadline import DEFAULTS
from matching.tables import DEADLINES, FEE_SCHEDULES, FEE_STREAMS, LISTINGS

POLICIES = Policies("identity", "catalog", "voucher-ledger")
standing.learn(POLICIES)
tenure.learn(POLICIES)
authorisation.learn(POLICIES)

_ADD_LISTING = Prepared(
    upsert(LISTINGS)
    .values(
        listing_id=bindparam("listing_id"),
        revision=bindparam("revision"),
        provider=bindparam("provider"),
        region=bindparam("region"),
        category=bindparam("category"),
        price_fen=bindparam("price_fen"),
        withdrawn=False,
    )
    .on_conflict_do_nothing()
)
_SET_PERIOD = Prepared(
    update(LISTINGS)
    .where(LISTINGS.c.listing_id == bindparam("key"))
    .values(
        revision=bindparam("new_revision"),
        valid_from=bindparam("from_day"),
        valid_until=bindparam("until_day"),
    )
)
_BEGIN_FEES = Prepared(
    upsert(FEE_STREAMS)
    .values(id=bindparam("id"), provider=bindparam("provider"))
    .on_conflict_do_nothing()
)
_OF_STREAM = (
    select(FEE_STREAMS.c.provider).where(FEE_STREAMS.c.id == bindparam("stream")).scalar_subquery()
)
_FEE_TERMS = ("number", "rate_bp", "valid_from", "content_sha256")
_PROPOSE_FEES = Prepared(
    upsert(FEE_SCHEDULES)
    .values(
        provider=_OF_STREAM,
        signed=False,
        rates=bindparam("rates"),
        **{name: bindparam(name) for name in _FEE_TERMS},
    )
    .on_conflict_do_nothing()
)
_SIGN_FEES = Prepared(
    update(FEE_SCHEDULES)
    .where(FEE_SCHEDULES.c.provider == _OF_STREAM, FEE_SCHEDULES.c.number == bindparam("which"))
    .values(signed=True)
)
_SET_DEADLINE = Prepared(
    insert(DEADLINES).values({name: bindparam(name) for name in ("name", "valid_from", "days")})
)
_WITHDRAW = Prepared(
    update(LISTINGS)
    .where(LISTINGS.c.listing_id == bindparam("key"))
    .values(revision=bindparam("new_revision"), withdrawn=True)
)


@POLICIES.on("catalog.ListingPublished")
def listing_published(fact: Fact) -> Iterator[Statement]:
    """A listing exists; no voucher pays for it yet."""
    data = fact.data
    yield _ADD_LISTING(
        listing_id=fact.stream,
        revision=fact.version,
        provider=data["provider"],
        region=data["region"],
        category=data["category"],
        price_fen=data["price_fen"],
    )


@POLICIES.on("catalog.ListingWhitelisted")
def listing_whitelisted(fact: Fact) -> Iterator[Statement]:
    """Vouchers pay for it in this period."""
    yield _SET_PERIOD(
        key=fact.stream,
        new_revision=fact.version,
        from_day=fact.data["valid_from"],
        until_day=fact.data["valid_until"],
    )


@POLICIES.on("catalog.ListingWithdrawn")
def listing_withdrawn(fact: Fact) -> Iterator[Statement]:
    """It cannot be ordered any more; open orders keep what they froze."""
    yield _WITHDRAW(key=fact.stream, new_revision=fact.version)


@POLICIES.on("catalog.FeeScheduleOpened")
def fees_opened(fact: Fact) -> Iterator[Statement]:
    """A provider and the operator begin to agree."""
    yield _BEGIN_FEES(id=fact.stream, provider=fact.data["provider"])


@POLICIES.on("catalog.FeeScheduleProposed")
def fees_proposed(fact: Fact) -> Iterator[Statement]:
    """A version that one side signed; it does not hold yet."""
    said = {name: fact.data[name] for name in _FEE_TERMS}
    yield _PROPOSE_FEES(stream=fact.stream, rates=json.dumps(fact.data["rates"]), **said)


@POLICIES.on("catalog.FeeScheduleSigned")
def fees_signed(fact: Fact) -> Iterator[Statement]:
    """It holds from its date on."""
    yield _SIGN_FEES(stream=fact.stream, which=fact.data["number"])


@POLICIES.on("voucher-ledger.ParameterSet")
def deadline_set(fact: Fact) -> Iterator[Statement]:
    """Parties have so long from a day on."""
    data = fact.data
    if data["name"] in DEFAULTS:
        yield _SET_DEADLINE(name=data["name"], valid_from=data["valid_from"], days=data["value"])


@POLICIES.reacts("voucher-ledger.VoucherReserved")
def fund_order(matching: Matching, fact: Fact) -> Decision:
    """The ledger set a share aside: the order is funded."""
    return matching.fund_order(fact.data["order_id"], fact.data["fen"])


@POLICIES.reacts("voucher-ledger.CommandRefused")
def refuse_order(matching: Matching, fact: Fact) -> Decision:
    """The ledger refused to reserve: the order ends, with its code and grounds.

    The ledger's reaction keeps the order's id as the input `of`; its other refusals are not ours.
    """
    data = fact.data
    if data["command"] != "reserve_for_order":
        return Decision({})
    return matching.refuse_order(str(data["inputs"]["of"]), data["code"], data["grounds"])
