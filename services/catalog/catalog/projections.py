"""What the catalog's read models make of its own events."""

import json
from collections.abc import Iterator

from sqlalchemy import bindparam, insert, select, update

from catalog.tables import FEE_SCHEDULES, FEE_STREAMS, LISTINGS
from chassis.database import Prepared, Statement
from chassis.projection import Fact, Projector

PROJECTOR = Projector()

_CONTENT = (
    "provider",
    "region",
    "category",
    "title",
    "description",
    "price_fen",
    "content_sha256",
)
_ADD = Prepared(
    insert(LISTINGS).values(
        id=bindparam("id"),
        revision=bindparam("revision"),
        state="published",
        **{name: bindparam(name) for name in _CONTENT},
    )
)
_SET = Prepared(
    update(LISTINGS)
    .where(LISTINGS.c.id == bindparam("key"))
    .values(
        revision=bindparam("version"),
        state=bindparam("new_state"),
        valid_from=bindparam("from_day"),
        valid_until=bindparam("until_day"),
        rate_bp=bindparam("rate"),
        cap_fen=bindparam("cap"),
    )
)


_BEGIN_FEES = Prepared(
    insert(FEE_STREAMS).values(id=bindparam("id"), provider=bindparam("provider"))
)
_OF_STREAM = (
    select(FEE_STREAMS.c.provider).where(FEE_STREAMS.c.id == bindparam("stream")).scalar_subquery()
)
_TERMS = ("number", "side", "rate_bp", "valid_from", "content_sha256")
_PROPOSE = Prepared(
    insert(FEE_SCHEDULES).values(
        provider=_OF_STREAM,
        state="proposed",
        rates=bindparam("rates"),
        **{name: bindparam(name) for name in _TERMS},
    )
)
_ANSWER = Prepared(
    update(FEE_SCHEDULES)
    .where(FEE_SCHEDULES.c.provider == _OF_STREAM, FEE_SCHEDULES.c.number == bindparam("which"))
    .values(state=bindparam("new_state"), reason=bindparam("why"))
)


@PROJECTOR.on("catalog.ListingPublished")
def published(fact: Fact) -> Iterator[Statement]:
    """A listing can be found; no voucher pays for it yet."""
    content = {name: fact.data[name] for name in _CONTENT}
    yield _ADD(id=fact.stream, revision=fact.version, **content)


@PROJECTOR.on("catalog.ListingWhitelisted")
def whitelisted(fact: Fact) -> Iterator[Statement]:
    """Vouchers pay for it on these terms."""
    yield _SET(
        key=fact.stream,
        version=fact.version,
        new_state="published",
        from_day=fact.data["valid_from"],
        until_day=fact.data["valid_until"],
        rate=fact.data["rate_bp"],
        cap=fact.data["cap_fen"],
    )


@PROJECTOR.on("catalog.ListingWithdrawn")
def withdrawn(fact: Fact) -> Iterator[Statement]:
    """It is found no more, and no voucher pays for it."""
    yield _SET(
        key=fact.stream,
        version=fact.version,
        new_state="withdrawn",
        from_day=None,
        until_day=None,
        rate=None,
        cap=None,
    )


@PROJECTOR.on("catalog.FeeScheduleOpened")
def fees_opened(fact: Fact) -> Iterator[Statement]:
    """A provider and the operator begin to agree."""
    yield _BEGIN_FEES(id=fact.stream, provider=fact.data["provider"])


@PROJECTOR.on("catalog.FeeScheduleProposed")
def fees_proposed(fact: Fact) -> Iterator[Statement]:
    """A version waits for its answer."""
    said = {name: fact.data[name] for name in _TERMS}
    yield _PROPOSE(stream=fact.stream, rates=json.dumps(fact.data["rates"]), **said)


@PROJECTOR.on("catalog.FeeScheduleSigned")
def fees_signed(fact: Fact) -> Iterator[Statement]:
    """Both sides signed it."""
    yield _ANSWER(stream=fact.stream, which=fact.data["number"], new_state="signed", why=None)


@PROJECTOR.on("catalog.FeeScheduleDeclined")
def fees_declined(fact: Fact) -> Iterator[Statement]:
    """The other side declined it."""
    why = fact.data["reason"]
    yield _ANSWER(stream=fact.stream, which=fact.data["number"], new_state="declined", why=why)


@PROJECTOR.on("catalog.FeeScheduleWithdrawn")
def fees_withdrawn(fact: Fact) -> Iterator[Statement]:
    """Its own side withdrew it."""
    yield _ANSWER(stream=fact.stream, which=fact.data["number"], new_state="withdrawn", why=None)
