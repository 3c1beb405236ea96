"""What the events of risk holds say: a detector stops a payment, and a person decides."""

from marshmallow import fields

from chassis.contract import Choice, EventSchema, Text
from schemas.events.voucher_ledger.common import ID

DETECTORS = (
    "contract-reused",
    "deliverable-reused",
    "round-trip",
    "split-orders",
    "quick-acceptance",
    "price-raised",
    "near-expiry",
    "similar-deliverables",
    "own-share-refunded",
    "tied-parties",
    "deliverable-bought",
    "split-purchases",
)
"""What can be wrong with a redemption by the logs alone (虚构交易)."""


class RedemptionHeld(EventSchema):
    """A detector hit: nothing is paid until a person has decided (风险冻结); with its inputs."""

    type = "voucher-ledger.RedemptionHeld"
    detector = Choice(*DETECTORS, required=True)
    rule = Text(40, required=True)
    inputs = fields.Dict(keys=fields.String(), required=True)
    example = {
        "detector": "contract-reused",
        "rule": "contract-reused/1",
        "inputs": {"sha256": "0" * 64, "orders": [ID], "count": 1},
    }


class RedemptionHoldReleased(EventSchema):
    """A person looked at what was held, and let it go on (解除)."""

    type = "voucher-ledger.RedemptionHoldReleased"
    decider = Text(80, required=True)
    reason = Text(500, required=True)
    example = {"decider": ID, "reason": "框架合同,两次服务分别交付"}


class RedemptionHoldRefused(EventSchema):
    """A person looked at what was held, and found it fictitious: it is refused for good."""

    type = "voucher-ledger.RedemptionHoldRefused"
    decider = Text(80, required=True)
    reason = Text(500, required=True)
    example = {"decider": ID, "reason": "同一交付物重复申报"}


EVENTS = (RedemptionHeld, RedemptionHoldReleased, RedemptionHoldRefused)
