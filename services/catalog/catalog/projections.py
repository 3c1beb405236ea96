"""What the catalog's read models make of its own events."""

from collections.abc import Iterator

from sqlalchemy import bindparam, insert, update

from catalog.tables import LISTINGS
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
