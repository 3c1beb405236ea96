"""What the events of the catalog say."""

from marshmallow import fields

from chassis.contract import (
    BasisPoints,
    Choice,
    Digest,
    EventSchema,
    Fen,
    Id,
    LegalDate,
    Region,
    Text,
    Whole,
)
from schemas.events.common import SOME_ID, following, refused

SIDES = ("operator", "provider")
"""Of a fee schedule."""


class ListingPublished(EventSchema):
    """A service was published; its publisher confirmed content of this digest (art. 33)."""

    type = "catalog.ListingPublished"
    provider = Id(required=True)
    region = Region(required=True)
    category = Text(40, required=True)
    title = Text(80, required=True)
    description = Text(4000, required=True)
    price_fen = Fen(least=0, required=True)
    content_sha256 = Digest(required=True)
    example = {
        "provider": SOME_ID,
        "region": "340100",
        "category": "enterprise.legal",
        "title": "股权架构咨询",
        "description": "两小时一对一咨询",
        "price_fen": 100_000,
        "content_sha256": "0" * 64,
    }


class ListingWhitelisted(EventSchema):
    """Vouchers may pay for a listing in a period, on these terms (art. 17)."""

    type = "catalog.ListingWhitelisted"
    valid_from = LegalDate(required=True)
    valid_until = LegalDate(required=True)
    rate_bp = BasisPoints(required=True)
    cap_fen = Fen(required=True)
    example = {
        "valid_from": "2026-01-01",
        "valid_until": "2026-12-31",
        "rate_bp": 3000,
        "cap_fen": 50_000,
    }


class ListingWithdrawn(EventSchema):
    """A listing was withdrawn by its provider (下架)."""

    type = "catalog.ListingWithdrawn"
    reason = fields.String(required=True)
    example = {"reason": "provider"}


class FeeScheduleOpened(EventSchema):
    """Operator and a provider began to agree on fees (收费标准及利润分配方案, art. 15)."""

    type = "catalog.FeeScheduleOpened"
    provider = Id(required=True)
    example = {"provider": SOME_ID}


class FeeScheduleProposed(EventSchema):
    """One side proposed a version, and thereby signed it; the digest is of all that it says.

    `rate_bp` is the operator's part of a price in basis points, `rates` of single categories.
    """

    type = "catalog.FeeScheduleProposed"
    number = Whole(1, 1_000_000, required=True)
    side = Choice(*SIDES, required=True)
    signer = Text(80, required=True)
    rate_bp = BasisPoints(required=True)
    rates = fields.Dict(keys=fields.String(), values=BasisPoints(), required=True)
    valid_from = LegalDate(required=True)
    content_sha256 = Digest(required=True)
    example = {
        "number": 1,
        "side": "operator",
        "signer": SOME_ID,
        "rate_bp": 500,
        "rates": {"enterprise.legal": 300},
        "valid_from": "2026-04-01",
        "content_sha256": "0" * 64,
    }


class FeeScheduleSigned(EventSchema):
    """The other side signed the version (双方签署): it holds from its date on."""

    type = "catalog.FeeScheduleSigned"
    number = Whole(1, 1_000_000, required=True)
    side = Choice(*SIDES, required=True)
    signer = Text(80, required=True)
    content_sha256 = Digest(required=True)
    example = {"number": 1, "side": "provider", "signer": SOME_ID, "content_sha256": "0" * 64}


class FeeScheduleDeclined(EventSchema):
    """The other side declined the version (不同意)."""

    type = "catalog.FeeScheduleDeclined"
    number = Whole(1, 1_000_000, required=True)
    side = Choice(*SIDES, required=True)
    reason = Text(500, required=True)
    example = {"number": 1, "side": "provider", "reason": "比例过高"}


class FeeScheduleWithdrawn(EventSchema):
    """Its own side withdrew the version before it was answered (撤回)."""

    type = "catalog.FeeScheduleWithdrawn"
    number = Whole(1, 1_000_000, required=True)
    side = Choice(*SIDES, required=True)
    example = {"number": 1, "side": "operator"}


CommandRefused = refused("catalog")
SubscriptionAcknowledged, SubscriptionReleased = following("catalog")

EVENTS = (
    ListingPublished,
    ListingWhitelisted,
    ListingWithdrawn,
    FeeScheduleOpened,
    FeeScheduleProposed,
    FeeScheduleSigned,
    FeeScheduleDeclined,
    FeeScheduleWithdrawn,
    CommandRefused,
    SubscriptionAcknowledged,
    SubscriptionReleased,
)
