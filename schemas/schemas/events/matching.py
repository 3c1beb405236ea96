"""What the events of matching say."""

from marshmallow import fields
from marshmallow.validate import OneOf

from chassis.contract import (
    BasisPoints,
    Digest,
    EventSchema,
    Fen,
    Id,
    LegalDate,
    Region,
    Simhash,
    Text,
    View,
    Whole,
)
from schemas.events.common import SOME_ID, following, refused


class FrozenFee(View):
    """The version of the provider's fee schedule that an order is made under (art. 15).

    `operator_fen` of the price is the operator's, rounded down, and `provider_fen` the rest.
    """

    number = Whole(1, 1_000_000, required=True)
    content_sha256 = Digest(required=True)
    rate_bp = BasisPoints(required=True)
    operator_fen = Fen(least=0, required=True)
    provider_fen = Fen(least=0, required=True)


class OrderPlaced(EventSchema):
    """An order was placed; the listing's revision and price are frozen in it.

    And the fee schedule in force; without one, nothing is the operator's.
    """

    type = "matching.OrderPlaced"
    listing_id = Id(required=True)
    listing_revision = Whole(1, 1_000_000, required=True)
    category = Text(40, required=True)
    region = Region(required=True)
    user = Id(required=True)
    provider = Id(required=True)
    voucher_id = Id(required=True)
    price_fen = Fen(required=True)
    fee = fields.Nested(FrozenFee, load_default=None, allow_none=True)
    example = {
        "listing_id": SOME_ID,
        "listing_revision": 2,
        "category": "enterprise.legal",
        "region": "340100",
        "user": SOME_ID,
        "provider": SOME_ID,
        "voucher_id": SOME_ID,
        "price_fen": 100_000,
        "fee": {
            "number": 1,
            "content_sha256": "0" * 64,
            "rate_bp": 500,
            "operator_fen": 5000,
            "provider_fen": 95_000,
        },
    }


class OrderFunded(EventSchema):
    """The ledger reserved the voucher's share; the rest is the user's own. Delivery has a day."""

    type = "matching.OrderFunded"
    voucher_fen = Fen(required=True)
    own_fen = Fen(least=0, required=True)
    deliver_by = LegalDate(required=True)
    example = {"voucher_fen": 30_000, "own_fen": 70_000, "deliver_by": "2026-06-30"}


class OrderRefused(EventSchema):
    """The ledger refused to reserve, for this reason; the order ends."""

    type = "matching.OrderRefused"
    code = Text(120, required=True)
    grounds = fields.Dict(keys=fields.String(), required=True)
    example = {"code": "voucher-ledger.not-whitelisted", "grounds": {"date": "2026-05-01"}}


class OrderDelivered(EventSchema):
    """The provider delivered; the evidence is kept elsewhere, its digest here.

    The user answers by a day. `simhash` is null where what was delivered is no text.
    """

    type = "matching.OrderDelivered"
    evidence_sha256 = Digest(required=True)
    accept_by = LegalDate(required=True)
    simhash = Simhash(load_default=None, allow_none=True)
    example = {"evidence_sha256": "0" * 64, "accept_by": "2026-05-16", "simhash": None}


class OrderAccepted(EventSchema):
    """The user accepted what was delivered, whole or in part (验收), and what is due for that."""

    type = "matching.OrderAccepted"
    voucher_id = Id(required=True)
    accepted_fen = Fen(required=True)
    voucher_due_fen = Fen(required=True)
    own_due_fen = Fen(least=0, required=True)
    example = {
        "voucher_id": SOME_ID,
        "accepted_fen": 50_000,
        "voucher_due_fen": 15_000,
        "own_due_fen": 35_000,
    }


class OrderCancelled(EventSchema):
    """The user cancelled before delivery; what was reserved goes back."""

    type = "matching.OrderCancelled"
    voucher_id = Id(required=True)
    example = {"voucher_id": SOME_ID}


class OrderLapsed(EventSchema):
    """Not delivered, or not answered, by its last day (超时失效); what was reserved goes back."""

    type = "matching.OrderLapsed"
    voucher_id = Id(required=True)
    waited_for = fields.String(required=True, validate=OneOf(("delivery", "acceptance")))
    due_by = LegalDate(required=True)
    example = {"voucher_id": SOME_ID, "waited_for": "delivery", "due_by": "2026-06-30"}


CommandRefused = refused("matching")
SubscriptionAcknowledged, SubscriptionReleased = following("matching")

EVENTS = (
    OrderPlaced,
    OrderFunded,
    OrderRefused,
    OrderDelivered,
    OrderAccepted,
    OrderCancelled,
    OrderLapsed,
    CommandRefused,
    SubscriptionAcknowledged,
    SubscriptionReleased,
)
