"""What the events of the catalog say."""

from marshmallow import fields

from chassis.contract import BasisPoints, Digest, EventSchema, Fen, Id, LegalDate, Region, Text
from schemas.events.common import SOME_ID, following, refused


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


CommandRefused = refused("catalog")
SubscriptionAcknowledged, SubscriptionReleased = following("catalog")

EVENTS = (
    ListingPublished,
    ListingWhitelisted,
    ListingWithdrawn,
    CommandRefused,
    SubscriptionAcknowledged,
    SubscriptionReleased,
)
