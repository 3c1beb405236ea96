"""What the ledger learns from other logs: who is a user, what is offered, how orders fare."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import bindparam, delete, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.application import Decision
from chassis.database import Prepared, Statement
from chassis.projection import Fact
from chassis.subscription import Policies
from schemas import roles
from voucher_ledger.application import Ledger
from voucher_ledger.tables import COSIGNED, HOLDS, OFFERS, STANDINGS

POLICIES = Policies("identity", "catalog", "matching", "oversight")


def _learn(**columns: Any) -> Prepared:
    """Keep some columns of a subject, whether or not something else is known of it."""
    statement = upsert(STANDINGS).values(subject_id=bindparam("subject_id"), **columns)
    return Prepared(
        statement.on_conflict_do_update(
            index_elements=["subject_id"],
            set_={name: statement.excluded[name] for name in columns},
        )
    )


_VERIFY = _learn(verified=bindparam("verified"), kind=bindparam("kind"))
_ADMIT_USER = _learn(is_user=True, region=bindparam("region"))
_ADMIT_PROVIDER = _learn(provider_kind=bindparam("kind"))
_SET_USER = Prepared(
    update(STANDINGS)
    .where(STANDINGS.c.subject_id == bindparam("key"))
    .values(is_user=bindparam("user"))
)
_SET_VERIFIED = Prepared(
    update(STANDINGS)
    .where(STANDINGS.c.subject_id == bindparam("key"))
    .values(verified=bindparam("confirmed"))
)
_AGE_OUT = Prepared(
    update(STANDINGS).where(STANDINGS.c.subject_id == bindparam("key")).values(aged_out=True)
)
_OFFER = upsert(OFFERS).values(
    listing_id=bindparam("listing_id"),
    provider=bindparam("provider"),
    category=bindparam("category"),
    price_fen=bindparam("price_fen"),
    rate_bp=0,
    cap_fen=0,
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
_HOLD = Prepared(
    upsert(HOLDS)
    .values(subject_id=bindparam("subject_id"), account_id=bindparam("account_id"))
    .on_conflict_do_nothing()
)
_RELEASE = Prepared(delete(HOLDS).where(HOLDS.c.account_id == bindparam("key")))
_COSIGN = Prepared(
    upsert(COSIGNED).values(size=bindparam("size"), note=bindparam("note")).on_conflict_do_nothing()
)


@POLICIES.on("oversight.WitnessCosigned")
def checkpoint_cosigned(fact: Fact) -> Iterator[Statement]:
    """The supervisor has checked this log so far: payments may follow."""
    if fact.data["watched"] == "voucher-ledger":
        yield _COSIGN(size=fact.data["size"], note=fact.data["note"])


@POLICIES.on("identity.SubjectVerified")
def subject_verified(fact: Fact) -> Iterator[Statement]:
    """A registry answered about a real name; the kind decides who a batch is for."""
    data = fact.data
    matched = data["outcome"] in ("match", "reviewed")
    yield _VERIFY(subject_id=fact.stream, verified=matched, kind=data["kind"])


@POLICIES.on("identity.SubjectVerificationLapsed")
def verification_lapsed(fact: Fact) -> Iterator[Statement]:
    """Nobody confirmed who they are in time: no new grants until somebody does."""
    yield _SET_VERIFIED(key=fact.stream, confirmed=False)


@POLICIES.on("identity.SubjectReverified")
def verification_renewed(fact: Fact) -> Iterator[Statement]:
    """They were confirmed anew."""
    yield _SET_VERIFIED(key=fact.stream, confirmed=True)


@POLICIES.on("identity.SubjectAdmittedAsUser")
def user_admitted(fact: Fact) -> Iterator[Statement]:
    """Vouchers may be granted to them."""
    yield _ADMIT_USER(subject_id=fact.stream, region=fact.data["region"])


@POLICIES.on("identity.SubjectAdmittedAsProvider")
def provider_admitted(fact: Fact) -> Iterator[Statement]:
    """Shares may be owed to them, unless they are of the government (art. 6)."""
    yield _ADMIT_PROVIDER(subject_id=fact.stream, kind=fact.data["kind"])


@POLICIES.on("identity.SubjectAgedOut")
def user_aged_out(fact: Fact) -> Iterator[Statement]:
    """They turned sixty: no new voucher is granted to them; what they have they keep (art. 25)."""
    yield _AGE_OUT(key=fact.stream)


@POLICIES.on("identity.PersonalDataErasureRequested")
def processing_stopped(fact: Fact) -> Iterator[Statement]:
    """They asked for the erasure of their data: no voucher is granted to them."""
    yield _SET_USER(key=fact.data["subject"], user=False)


@POLICIES.on("identity.PersonalDataErasureWithdrawn")
def processing_resumed(fact: Fact) -> Iterator[Statement]:
    """They are a user again, if they were one."""
    yield _SET_USER(key=fact.data["subject"], user=roles.USER in fact.data["roles"])


@POLICIES.on("identity.AccountFrozen")
def account_frozen(fact: Fact) -> Iterator[Statement]:
    """The vouchers of its subject are held (art. 35)."""
    if fact.data["subject_id"] is not None:
        yield _HOLD(subject_id=fact.data["subject_id"], account_id=fact.stream)


@POLICIES.on("identity.AccountUnfrozen")
def account_unfrozen(fact: Fact) -> Iterator[Statement]:
    """They are released, unless another account of the subject is frozen."""
    yield _RELEASE(key=fact.stream)


@POLICIES.on("catalog.ListingPublished")
def listing_published(fact: Fact) -> Iterator[Statement]:
    """A listing exists; no voucher pays for it yet."""
    yield _ADD_OFFER(
        listing_id=fact.stream,
        provider=fact.data["provider"],
        category=fact.data["category"],
        price_fen=fact.data["price_fen"],
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


@POLICIES.reacts("matching.OrderAccepted")
def redeem_for_order(ledger: Ledger, fact: Fact) -> Decision:
    """An order was accepted: its share is owed to the provider."""
    return ledger.redeem_voucher(fact.data["voucher_id"], fact.stream)


@POLICIES.reacts("matching.OrderCancelled")
def release_for_order(ledger: Ledger, fact: Fact) -> Decision:
    """An order was cancelled: its share goes back."""
    return ledger.release_voucher(fact.data["voucher_id"], fact.stream)
